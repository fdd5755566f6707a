// Purpose: keeps those away who must be alone, until the end of the transaction
// Params: none
// Returns: epoch, raised when what a novelty filter has learned no longer holds;
//   model, the name of the one in force, null for the default; no row where the lock is not made yet
// Locks: the one ResolverLock node, shared
MATCH (l:ResolverLock {key: 'resolver'}) USING INDEX SEEK l:ResolverLock(key)
CALL apoc.lock.read.nodes([l])
RETURN l.epoch AS epoch, l.model AS model
