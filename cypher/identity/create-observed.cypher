// Purpose: pairs seen together for the first time
// Params: rows (JSON, lists: a, b, firstSeen (ms), lastSeen (ISO date), supports, firsts, lasts, recordeds; both times null or none)
// Returns: nothing
// Locks: both identifiers, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (a:Identifier {key: row[0]}) USING INDEX SEEK a:Identifier(key)
MATCH (b:Identifier {key: row[1]}) USING INDEX SEEK b:Identifier(key)
CREATE (a)-[:OBSERVED {
  firstSeen: CASE WHEN row[2] IS NULL THEN null ELSE datetime({epochMillis: row[2]}) END, lastSeen: date(row[3]),
  supports: row[4], firsts: row[5], lasts: row[6], recordeds: row[7]}]->(b)
