// Purpose: what the current versions of records claim
// Params: keys (record keys)
// Returns: key, claims (identifier keys)
// Locks: none
UNWIND $keys AS key
MATCH (r:Record {key: key}) USING INDEX SEEK r:Record(key)
RETURN r.key AS key, r.claims AS claims
