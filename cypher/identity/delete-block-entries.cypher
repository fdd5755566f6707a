// Purpose: records leave blocks
// Params: rows (JSON, lists: block, record)
// Returns: nothing
// Locks: the entries, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (e:BlockEntry {block: row[0], record: row[1]}) USING INDEX SEEK e:BlockEntry(block, record)
DELETE e
