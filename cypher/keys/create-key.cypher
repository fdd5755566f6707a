// Purpose: a new access key; of its secret only the digest is kept
// Params: key (id, digest, name, and either role or source, kinds and mayWait), at (ms)
// Returns: nothing
// Locks: the new node
CREATE (k:AccessKey)
SET k = $key, k.createdAt = datetime({epochMillis: $at})
