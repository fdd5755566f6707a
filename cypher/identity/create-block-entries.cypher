// Purpose: records come into blocks
// Params: rows (JSON, lists: block, record)
// Returns: nothing
// Locks: the new nodes
UNWIND apoc.convert.fromJsonList($rows) AS row
CREATE (:BlockEntry {block: row[0], record: row[1]})
