// Purpose: records with those of their versions that may matter: the current one and those named
// Params: rows (JSON: key (of the record), versions (keys of versions))
// Returns: key, source, id, account, overlays (JSON), claims (of the current version), observedAt (ms, null where it
//   says nothing now), fields (JSON), blocks, versions
// Locks: none
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (r:Record {key: row.key}) USING INDEX SEEK r:Record(key)
RETURN r.key AS key, r.source AS source, r.sourceId AS id, r.account AS account, r.overlays AS overlays,
  r.claims AS claims, r.observedAt.epochMillis AS observedAt, r.fields AS fields, coalesce(r.blocks, []) AS blocks, COLLECT {
    UNWIND row.versions + CASE WHEN r.current IS NULL THEN [] ELSE [r.current] END AS version
    WITH DISTINCT version
    MATCH (v:RecordVersion {key: version}) USING INDEX SEEK v:RecordVersion(key)
    RETURN v {.observedAt, .digest, .deleted, .traits, .claims, .loads, .recorded}
  } AS versions
