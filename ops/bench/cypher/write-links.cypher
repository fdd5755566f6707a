// Purpose: links between identifiers, read by nobody before
// Params: rows (type, from, to, properties)
// Returns: nothing
// Locks: both identifiers, in the order of the rows
UNWIND $rows AS row
MATCH (a:Identifier {key: row.from}) USING INDEX SEEK a:Identifier(key)
MATCH (b:Identifier {key: row.to}) USING INDEX SEEK b:Identifier(key)
CREATE (a)-[r:$(row.type)]->(b)
SET r = row.properties
