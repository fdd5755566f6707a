// Purpose: records with all their versions
// Params: keys (record keys)
// Returns: key, source, id, account, overlays (JSON), current (claims of the current version), versions
// Locks: none
UNWIND $keys AS key
MATCH (r:Record {key: key}) USING INDEX r:Record(key)
RETURN r.key AS key, r.source AS source, r.sourceId AS id, r.account AS account, r.overlays AS overlays,
  r.claims AS current, COLLECT {
    MATCH (v:RecordVersion)-[:VERSION_OF]->(r)
    RETURN v {.observedAt, .digest, .deleted, .traits, .claims, .loads, .recorded}
  } AS versions
