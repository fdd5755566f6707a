// Purpose: the access keys of these digests that are in force
// Params: digests
// Returns: digest, id, name, and either role or source, kinds and mayWait
// Locks: none
UNWIND $digests AS digest
MATCH (k:AccessKey {digest: digest}) USING INDEX SEEK k:AccessKey(digest)
WHERE k.revokedAt IS NULL
RETURN digest, k.id AS id, k.name AS name, k.role AS role, k.source AS source, k.kinds AS kinds, k.mayWait AS mayWait
