// Purpose: customers that never were before, with their members
// Params: rows (as save-customers)
// Returns: nothing
// Locks: the new nodes and the members, in the order of the rows
UNWIND $rows AS row
CREATE (c:Customer:Changed)
SET c = row.properties, c.id = row.id, c.firstSeen = datetime({epochMillis: row.firstSeen}),
  c.lastSeen = date(row.lastSeen), c.changedAt = datetime({epochMillis: row.changedAt})
WITH c, row
UNWIND row.members AS key
MATCH (m:Identifier {key: key}) USING INDEX m:Identifier(key)
CREATE (m)-[:IDENTIFIES]->(c)
