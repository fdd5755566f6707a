// Purpose: customers as the evidence implies them, whatever was there, with exactly these members
// Params: rows (JSON: id, properties (all but times), firstSeen (ms), lastSeen (ISO date), changedAt (ms), members)
// Returns: nothing
// Locks: the customers and their members of before and after, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MERGE (c:Customer {id: row.id})
SET c = row.properties, c.id = row.id, c:Changed, c.firstSeen = datetime({epochMillis: row.firstSeen}),
  c.lastSeen = date(row.lastSeen), c.changedAt = datetime({epochMillis: row.changedAt})
REMOVE c:Unresolved
WITH c, row
CALL (c) {
  MATCH (:Identifier)-[old:IDENTIFIES]->(c)
  DELETE old
}
CALL (c, row) {
  UNWIND row.members AS key
  MATCH (m:Identifier {key: key}) USING INDEX SEEK m:Identifier(key)
  CREATE (m)-[:IDENTIFIES]->(c)
}
