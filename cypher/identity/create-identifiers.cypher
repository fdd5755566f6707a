// Purpose: identifiers seen for the first time
// Params: rows (key, kind, label, value and the properties that save-identifiers sets)
// Returns: nothing
// Locks: the new nodes
UNWIND $rows AS row
CREATE (i:Identifier:$(row.label) {key: row.key, kind: row.kind, value: row.value, status: row.status,
  supports: row.supports, firsts: row.firsts, lasts: row.lasts, recordeds: row.recordeds})
SET i.firstSeen = CASE WHEN row.firstSeen IS NULL THEN null ELSE datetime({epochMillis: row.firstSeen}) END,
  i.lastSeen = date(row.lastSeen)
