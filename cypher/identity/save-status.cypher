// Purpose: the status of identifiers about which nothing else changed
// Params: rows (JSON: key, status, firstSeen (ms or null), lastSeen (ISO date or null), neighbourKinds, neighbourCounts)
// Returns: nothing
// Locks: the identifiers, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (i:Identifier {key: row.key}) USING INDEX SEEK i:Identifier(key)
SET i.status = row.status,
  i.firstSeen = CASE WHEN row.firstSeen IS NULL THEN null ELSE datetime({epochMillis: row.firstSeen}) END,
  i.lastSeen = date(row.lastSeen),
  i.neighbourKinds = row.neighbourKinds, i.neighbourCounts = row.neighbourCounts
