// Purpose: identifiers seen for the first time
// Params: rows (key, kind, value, labels (beside Identifier) and the properties that save-identifiers sets)
// Returns: nothing
// Locks: the new nodes
UNWIND $rows AS row
CREATE (i:Identifier:$(row.labels) {key: row.key, kind: row.kind, value: row.value, status: row.status,
  firstSeen: CASE WHEN row.firstSeen IS NULL THEN null ELSE datetime({epochMillis: row.firstSeen}) END,
  lastSeen: date(row.lastSeen),
  supports: row.supports, firsts: row.firsts, lasts: row.lasts, recordeds: row.recordeds,
  neighbourKinds: row.neighbourKinds, neighbourCounts: row.neighbourCounts})
