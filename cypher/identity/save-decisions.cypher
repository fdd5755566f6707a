// Purpose: decisions that are in force now
// Params: rows (JSON: key, label, properties (all but at), at (ms))
// Returns: nothing
// Locks: the decisions, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MERGE (d:Decision {key: row.key})
SET d = row.properties, d.key = row.key, d.at = datetime({epochMillis: row.at}), d:$(row.label)
