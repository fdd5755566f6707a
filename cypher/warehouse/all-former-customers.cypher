// Purpose: every id given up with what decides where it leads, in the order of ids, read from the index as it goes
// Params: none
// Returns: id, version, anchor, anchorCustomer, cause, until, held (key, customer of today or null)
// Locks: none
MATCH (f:FormerCustomer)
USING INDEX SEEK f:FormerCustomer(id)
WHERE f.id >= ''
WITH f ORDER BY f.id
// One deleted meanwhile is in the index still, without properties.
WHERE f.version IS NOT NULL
OPTIONAL MATCH (a:Identifier {key: f.anchor})-[:IDENTIFIES]->(own:Customer)
USING INDEX SEEK a:Identifier(key)
RETURN f.id AS id, f.version AS version, f.anchor AS anchor, own.id AS anchorCustomer, f.cause AS cause,
  f.until.epochMillis AS until,
  COLLECT { MATCH (f)-[:HELD]->(i:Identifier) OPTIONAL MATCH (i)-[:IDENTIFIES]->(c:Customer) RETURN [i.key, c.id] } AS held
