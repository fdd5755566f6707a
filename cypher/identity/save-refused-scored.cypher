// Purpose: which scored links are refused now
// Params: rows (JSON: a, b, refused (true or null))
// Returns: nothing
// Locks: the relationships, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (a:Identifier {key: row.a}) USING INDEX SEEK a:Identifier(key)
MATCH (b:Identifier {key: row.b}) USING INDEX SEEK b:Identifier(key)
// In a subquery, so that the pair is looked up and neither end's links are walked.
CALL (a, b) {
  MATCH (a)-[s:SCORED]->(b)
  RETURN s
}
SET s.refused = row.refused
