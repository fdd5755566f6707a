// Purpose: lets one resolver at a time commit; everything it reads afterwards stays as it is
// Params: none
// Returns: nothing
// Locks: the one ResolverLock node, until the end of the transaction
MERGE (l:ResolverLock {key: 'resolver'})
SET l.turn = coalesce(l.turn, 0) + 1
