// Purpose: whether what a novelty filter has learned still holds: only while this number stays the same
// Params: none
// Returns: epoch
// Locks: none
OPTIONAL MATCH (l:ResolverLock {key: 'resolver'}) USING INDEX l:ResolverLock(key)
RETURN coalesce(l.epoch, 0) AS epoch
