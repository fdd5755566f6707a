// Purpose: customers as the warehouse holds them, with their identifiers
// Params: ids
// Returns: id, version, size, golden, provenance, cause, firstSeen, lastSeen, changedAt, identifiers
// Locks: none
UNWIND $ids AS id
MATCH (c:Customer {id: id})
USING INDEX SEEK c:Customer(id)
OPTIONAL MATCH (c)<-[:IDENTIFIES]-(i:Identifier)
WITH c, collect([i.kind, i.value]) AS identifiers
RETURN c.id AS id, c.version AS version, c.size AS size, c.golden AS golden, c.provenance AS provenance,
  c.cause AS cause, c.firstSeen.epochMillis AS firstSeen, toString(c.lastSeen) AS lastSeen,
  c.changedAt.epochMillis AS changedAt, identifiers
