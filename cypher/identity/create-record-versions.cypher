// Purpose: versions that the graph does not hold, of records that it holds
// Params: rows (JSON: record, key, observedAt, digest, deleted, traits, claims, loads, recorded)
// Returns: nothing
// Locks: the records and the new nodes, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (r:Record {key: row.record}) USING INDEX SEEK r:Record(key)
CREATE (v:RecordVersion {key: row.key, observedAt: row.observedAt, digest: row.digest, deleted: row.deleted,
  traits: row.traits, claims: row.claims, loads: row.loads, recorded: row.recorded})-[:VERSION_OF]->(r)
