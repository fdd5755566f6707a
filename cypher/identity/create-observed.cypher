// Purpose: pairs seen together for the first time
// Params: rows (a, b and the properties that save-observed sets)
// Returns: nothing
// Locks: both identifiers, in the order of the rows
UNWIND $rows AS row
MATCH (a:Identifier {key: row.a}) USING INDEX a:Identifier(key)
MATCH (b:Identifier {key: row.b}) USING INDEX b:Identifier(key)
CREATE (a)-[o:OBSERVED {supports: row.supports, firsts: row.firsts, lasts: row.lasts, recordeds: row.recordeds}]->(b)
SET o.firstSeen = CASE WHEN row.firstSeen IS NULL THEN null ELSE datetime({epochMillis: row.firstSeen}) END,
  o.lastSeen = date(row.lastSeen)
