// Purpose: identifiers of one kind and one status, seen for the first time
// Params: kind, label, status, prefix (characters of the key before the value), rows (JSON, lists: key, firstSeen (ms),
//   lastSeen (ISO date), supports, firsts, lasts, recordeds, neighbourKinds, neighbourCounts; both times null or none)
// Returns: nothing
// Locks: the new nodes
UNWIND apoc.convert.fromJsonList($rows) AS row
CREATE (i:Identifier:$($label) {key: row[0], kind: $kind, value: substring(row[0], $prefix), status: $status,
  firstSeen: CASE WHEN row[1] IS NULL THEN null ELSE datetime({epochMillis: row[1]}) END, lastSeen: date(row[2]),
  supports: row[3], firsts: row[4], lasts: row[5], recordeds: row[6],
  neighbourKinds: row[7], neighbourCounts: row[8]})
