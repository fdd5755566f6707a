// Purpose: waits until no resolver is at work and keeps all others away until the end of the transaction
// Params: none
// Returns: epoch, model, see lock-resolvers-shared
// Locks: the one ResolverLock node, alone
MERGE (l:ResolverLock {key: 'resolver'})
  ON CREATE SET l.epoch = 0
WITH l
CALL apoc.lock.nodes([l])
RETURN l.epoch AS epoch, l.model AS model
