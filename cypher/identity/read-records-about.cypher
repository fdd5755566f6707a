// Purpose: the current records about accounts
// Params: keys (identifier keys)
// Returns: key, source, id, account, observedAt (ms), fields (JSON)
// Locks: none
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
MATCH (i)<-[:ABOUT]-(r)
WHERE r.observedAt IS NOT NULL
RETURN r.key AS key, r.source AS source, r.sourceId AS id, r.account AS account,
  r.observedAt.epochMillis AS observedAt, r.fields AS fields
