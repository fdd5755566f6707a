// Purpose: customers that the graph does not hold, with their members
// Params: rows (JSON: id, properties (all but times), firstSeen (ms), lastSeen (ISO date), changedAt (ms), added (members))
// Returns: nothing
// Locks: the new nodes and the members, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
CREATE (c:Customer:Changed)
SET c = row.properties, c.id = row.id, c.firstSeen = datetime({epochMillis: row.firstSeen}),
  c.lastSeen = date(row.lastSeen), c.changedAt = datetime({epochMillis: row.changedAt})
WITH c, row
UNWIND row.added AS key
MATCH (m:Identifier {key: key}) USING INDEX SEEK m:Identifier(key)
CREATE (m)-[:IDENTIFIES]->(c)
