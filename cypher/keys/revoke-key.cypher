// Purpose: a key that is in force no longer; the first revocation stays
// Params: id, at (ms)
// Returns: id; no row where there is no such key
// Locks: the key
// Scans: keys are few
MATCH (k:AccessKey {id: $id})
SET k.revokedAt = coalesce(k.revokedAt, datetime({epochMillis: $at}))
RETURN k.id AS id
