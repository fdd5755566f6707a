// Purpose: what records say now
// Params: keys (record keys)
// Returns: key, account, fields (JSON); no row for a record that says nothing
// Locks: none
UNWIND $keys AS key
MATCH (r:Record {key: key}) USING INDEX SEEK r:Record(key)
WHERE r.observedAt IS NOT NULL
RETURN r.key AS key, r.account AS account, r.fields AS fields
