// Purpose: draws the assertions in force between identifiers that exist
// Params: rows (JSON: a, b, type (SAME_AS or NOT_SAME_AS), id, by, at (ms), reason, refused (true or null))
// Returns: nothing
// Locks: both identifiers, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (a:Identifier {key: row.a}) USING INDEX SEEK a:Identifier(key)
MATCH (b:Identifier {key: row.b}) USING INDEX SEEK b:Identifier(key)
CREATE (a)-[s:$(row.type) {id: row.id, by: row.by, reason: row.reason, at: datetime({epochMillis: row.at})}]->(b)
SET s.refused = row.refused
