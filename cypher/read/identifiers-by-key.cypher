// Purpose: the identifiers of these keys, in their order, for GraphQL
// Params: keys
// Returns: identifier
// Locks: none
UNWIND $keys AS key
MATCH (identifier:Identifier {key: key})
USING INDEX SEEK identifier:Identifier(key)
RETURN identifier ORDER BY identifier.key
