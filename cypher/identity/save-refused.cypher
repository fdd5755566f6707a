// Purpose: which pairs are refused now
// Params: rows (a, b, refused (true or null))
// Returns: nothing
// Locks: the relationships, in the order of the rows
UNWIND $rows AS row
MATCH (a:Identifier {key: row.a}) USING INDEX a:Identifier(key)
MATCH (b:Identifier {key: row.b}) USING INDEX b:Identifier(key)
MATCH (a)-[o:OBSERVED]->(b)
SET o.refused = row.refused
