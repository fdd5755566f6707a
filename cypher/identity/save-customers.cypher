// Purpose: customers new, changed or alive again, with their members
// Params: rows (id, properties (all but times), firstSeen (ms), lastSeen (ISO date), changedAt (ms), members)
// Returns: nothing
// Locks: the customers and their members, in the order of the rows
UNWIND $rows AS row
MERGE (c:Customer {id: row.id})
SET c = row.properties, c.id = row.id, c:Changed, c.firstSeen = datetime({epochMillis: row.firstSeen}),
  c.lastSeen = date(row.lastSeen), c.changedAt = datetime({epochMillis: row.changedAt})
WITH c, row
CALL (c, row) {
  MATCH (m:Identifier)-[old:IDENTIFIES]->(c)
  WHERE NOT m.key IN row.members
  DELETE old
}
CALL (c, row) {
  UNWIND row.members AS key
  MATCH (m:Identifier {key: key}) USING INDEX m:Identifier(key)
  MERGE (m)-[:IDENTIFIES]->(c)
}
