// Purpose: ids given up with what they held, read by nobody before
// Params: rows (properties, members)
// Returns: nothing
// Locks: the new nodes and what they held, in the order of the rows
UNWIND $rows AS row
CREATE (f:FormerCustomer:Changed)
SET f = row.properties
WITH f, row
UNWIND row.members AS key
MATCH (m:Identifier {key: key}) USING INDEX m:Identifier(key)
CREATE (f)-[:HELD]->(m)
