// Purpose: tells every novelty filter to forget what it has learned
// Params: none
// Returns: epoch
// Locks: the one ResolverLock node, alone
MERGE (l:ResolverLock {key: 'resolver'})
SET l.epoch = coalesce(l.epoch, 0) + 1
RETURN l.epoch AS epoch
