// Purpose: customers as a resolver leaves them and a projection has taken them, read by nobody before
// Params: rows (JSON: properties (all but times), firstSeen (ms), lastSeen (ISO date), changedAt (ms), members)
// Returns: nothing
// Locks: the new nodes and the members, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
CREATE (c:Customer)
SET c = row.properties, c.firstSeen = datetime({epochMillis: row.firstSeen}), c.lastSeen = date(row.lastSeen),
  c.changedAt = datetime({epochMillis: row.changedAt})
WITH c, row
UNWIND row.members AS key
MATCH (m:Identifier {key: key}) USING INDEX SEEK m:Identifier(key)
CREATE (m)-[:IDENTIFIES]->(c)
