// Purpose: every record with all its versions, and what the graph holds as its current row
// Params: none
// Returns: key, source, id, account, overlays (JSON), versions (lists of observedAt, digest, deleted, traits (JSON),
//   claims, loads, recorded), and of the current row observedAt (ms), fields (JSON), claims, current (key of a version),
//   shown (the traits that nodes show, see shown-traits.ts), about (keys of the identifiers it is drawn to), blocks
// Locks: none
// Scans: a rebuild reads the whole graph
MATCH (r:Record)
RETURN r.key AS key, r.source AS source, r.sourceId AS id, r.account AS account, r.overlays AS overlays,
  [(v:RecordVersion)-[:VERSION_OF]->(r) | [v.observedAt, v.digest, v.deleted, v.traits, v.claims, v.loads, v.recorded]]
    AS versions,
  r.observedAt.epochMillis AS observedAt, r.fields AS fields, r.claims AS claims, r.current AS current,
  [r.name, r.firstName, r.lastName, r.email, r.phone, r.birthday, r.gender, r.street, r.city, r.state, r.postalCode,
    r.country] AS shown, [(r)-[:ABOUT]->(i:Identifier) | i.key] AS about, r.blocks AS blocks
