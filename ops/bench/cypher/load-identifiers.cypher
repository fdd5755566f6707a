// Purpose: identifiers as a resolver leaves them, read by nobody before
// Params: rows (JSON: label, properties (all but times), firstSeen (ms), lastSeen (ISO date))
// Returns: nothing
// Locks: the new nodes
UNWIND apoc.convert.fromJsonList($rows) AS row
CREATE (i:Identifier:$(row.label))
SET i = row.properties, i.firstSeen = datetime({epochMillis: row.firstSeen}), i.lastSeen = date(row.lastSeen)
