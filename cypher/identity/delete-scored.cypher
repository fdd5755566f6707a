// Purpose: accounts that are scored alike no longer
// Params: rows (JSON: a, b)
// Returns: nothing
// Locks: the relationships, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (a:Identifier {key: row.a}) USING INDEX SEEK a:Identifier(key)
MATCH (b:Identifier {key: row.b}) USING INDEX SEEK b:Identifier(key)
// In a subquery, so that the pair is looked up and neither end's links are walked.
CALL (a, b) {
  MATCH (a)-[s:SCORED]-(b)
  RETURN s
}
DELETE s
