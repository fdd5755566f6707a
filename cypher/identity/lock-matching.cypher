// Purpose: nobody else changes what records say, their blocks or scores, until the end of the transaction
// Params: none
// Returns: nothing
// Locks: the one ResolverLock node of matching, alone
MERGE (l:ResolverLock {key: 'matching'})
WITH l
CALL apoc.lock.nodes([l])
