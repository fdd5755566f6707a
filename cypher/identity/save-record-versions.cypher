// Purpose: versions of records that were delivered anew
// Params: rows (JSON: key, loads, recorded)
// Returns: nothing
// Locks: the versions, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (v:RecordVersion {key: row.key}) USING INDEX SEEK v:RecordVersion(key)
SET v.loads = row.loads, v.recorded = row.recorded
