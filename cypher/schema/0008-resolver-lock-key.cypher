// Purpose: the lock that resolvers take in turn
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE CONSTRAINT resolver_lock_key IF NOT EXISTS FOR (n:ResolverLock) REQUIRE n.key IS UNIQUE
