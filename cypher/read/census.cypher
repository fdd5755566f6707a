// Purpose: how much of everything the graph holds
// Params: none
// Returns: customers, former, shared, blocked, refused
// Locks: none
// Scans: a count of the whole graph, for a summary and never on a request's way
RETURN COUNT { (:Customer) } AS customers, COUNT { (:FormerCustomer) } AS former,
  COUNT { MATCH (i:Identifier) WHERE i.status = 'shared' } AS shared,
  COUNT { MATCH (i:Identifier) WHERE i.status = 'blocked' } AS blocked,
  COUNT { MATCH (:Identifier)-[o:OBSERVED]->() WHERE o.refused } AS refused
