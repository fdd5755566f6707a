// Purpose: versions of records, new or delivered anew
// Params: rows (JSON: record, key, observedAt, digest, deleted, traits, claims, loads, recorded)
// Returns: nothing
// Locks: the records and the versions, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (r:Record {key: row.record}) USING INDEX SEEK r:Record(key)
MERGE (v:RecordVersion {key: row.key})
  ON CREATE SET v.observedAt = row.observedAt, v.digest = row.digest, v.deleted = row.deleted,
    v.traits = row.traits, v.claims = row.claims
SET v.loads = row.loads, v.recorded = row.recorded
MERGE (v)-[:VERSION_OF]->(r)
