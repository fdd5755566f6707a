// Purpose: every customer in the order of ids, read from the index as it goes
// Params: none
// Returns: id, version, size, golden, provenance, cause, firstSeen, lastSeen, changedAt, kinds
// Locks: none
MATCH (c:Customer)
USING INDEX SEEK c:Customer(id)
WHERE c.id >= ''
WITH c ORDER BY c.id
// One deleted meanwhile is in the index still, without properties.
WHERE c.version IS NOT NULL
RETURN c.id AS id, c.version AS version, c.size AS size, c.golden AS golden, c.provenance AS provenance,
  c.cause AS cause, c.firstSeen.epochMillis AS firstSeen, toString(c.lastSeen) AS lastSeen,
  c.changedAt.epochMillis AS changedAt, COLLECT { MATCH (c)<-[:IDENTIFIES]-(i:Identifier) RETURN i.kind } AS kinds
