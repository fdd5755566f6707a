// Purpose: nobody changes these identifiers, which belong to no customer: several may add pairs to them at once
// Params: keys (identifier keys, sorted)
// Returns: nothing
// Locks: the identifiers, shared
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
WITH collect(i) AS identifiers
CALL apoc.lock.read.nodes(identifiers)
