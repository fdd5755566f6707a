// Purpose: customers with their members, read by nobody before
// Params: rows (properties, members)
// Returns: nothing
// Locks: the new nodes and the members, in the order of the rows
UNWIND $rows AS row
CREATE (c:Customer:Changed)
SET c = row.properties
WITH c, row
UNWIND row.members AS key
MATCH (m:Identifier {key: key}) USING INDEX m:Identifier(key)
CREATE (m)-[:IDENTIFIES]->(c)
