// Purpose: pairs seen together, read by nobody before
// Params: rows (from, to, properties)
// Returns: nothing
// Locks: both identifiers, in the order of the rows
UNWIND $rows AS row
MATCH (a:Identifier {key: row.from}) USING INDEX a:Identifier(key)
MATCH (b:Identifier {key: row.to}) USING INDEX b:Identifier(key)
CREATE (a)-[o:OBSERVED]->(b)
SET o = row.properties
