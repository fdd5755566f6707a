// Purpose: tells every novelty filter to forget what it has learned
// Params: none
// Returns: epoch
// Locks: the one ResolverLock node, alone
MERGE (l:ResolverLock {key: 'resolver'})
// By chance, not by counting: a graph restored from a backup must not come to a number that was there before.
SET l.epoch = toInteger(rand() * 4503599627370496)
RETURN l.epoch AS epoch
