// Purpose: when pairs were seen, as their supports make it
// Params: rows (JSON: a, b, firstSeen (ms or null), lastSeen (ISO date or null))
// Returns: nothing
// Locks: the relationships, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (a:Identifier {key: row.a}) USING INDEX SEEK a:Identifier(key)
MATCH (b:Identifier {key: row.b}) USING INDEX SEEK b:Identifier(key)
// In a subquery, so that neither end's links are walked: either may be a hub.
CALL (a, b) {
  MATCH (a)-[o:OBSERVED]->(b)
  RETURN o
}
SET o.firstSeen = CASE WHEN row.firstSeen IS NULL THEN null ELSE datetime({epochMillis: row.firstSeen}) END,
  o.lastSeen = date(row.lastSeen)
