// Purpose: records with all their versions, as a withdrawal must see them
// Params: keys (record keys)
// Returns: as read-records
// Locks: none
UNWIND $keys AS key
MATCH (r:Record {key: key}) USING INDEX SEEK r:Record(key)
RETURN r.key AS key, r.source AS source, r.sourceId AS id, r.account AS account, r.overlays AS overlays,
  r.claims AS claims, r.observedAt.epochMillis AS observedAt, r.fields AS fields, coalesce(r.blocks, []) AS blocks, COLLECT {
    MATCH (v:RecordVersion)-[:VERSION_OF]->(r)
    RETURN v {.observedAt, .digest, .deleted, .traits, .claims, .loads, .recorded}
  } AS versions
