// Purpose: what resolvers of any number, in any order, must leave alike
// Params: none
// Returns: identifiers, observed, refused, memberships; customers (id and digest of each, sorted)
// Locks: none
CALL () {
  MATCH (c:Customer)
  WITH c ORDER BY c.id
  RETURN collect(c.id + c.digest) AS customers
}
RETURN COUNT { (:Identifier) } AS identifiers, COUNT { (:Identifier)-[:OBSERVED]->(:Identifier) } AS observed,
  COUNT { MATCH (:Identifier)-[o:OBSERVED]->() WHERE o.refused } AS refused,
  COUNT { (:Identifier)-[:IDENTIFIES]->(:Customer) } AS memberships, customers
