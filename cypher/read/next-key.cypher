// Purpose: the first identifier key of a range, to leap from scope to scope through the index
// Params: from, below
// Returns: key
// Locks: none
MATCH (identifier:Identifier)
USING INDEX SEEK identifier:Identifier(key)
WHERE identifier.key >= $from AND identifier.key < $below
RETURN identifier.key AS key ORDER BY identifier.key LIMIT 1
