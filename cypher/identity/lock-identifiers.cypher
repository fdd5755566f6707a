// Purpose: nobody else changes these identifiers, which belong to no customer
// Params: keys (identifier keys, sorted)
// Returns: nothing
// Locks: the identifiers, alone, in the order of the keys
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
WITH collect(i) AS identifiers
CALL apoc.lock.nodes(identifiers)
