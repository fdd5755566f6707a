// Purpose: every access key, the oldest first
// Params: none
// Returns: id, name, role or source, kinds and mayWait, createdAt (ms), revokedAt (ms, null: in force)
// Locks: none
// Scans: keys are few
MATCH (k:AccessKey)
RETURN k.id AS id, k.name AS name, k.role AS role, k.source AS source, k.kinds AS kinds, k.mayWait AS mayWait,
  k.createdAt.epochMillis AS createdAt, k.revokedAt.epochMillis AS revokedAt
ORDER BY createdAt, id
