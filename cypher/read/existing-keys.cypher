// Purpose: which of these identifiers were ever observed
// Params: keys
// Returns: key
// Locks: none
UNWIND $keys AS key
MATCH (identifier:Identifier {key: key})
USING INDEX SEEK identifier:Identifier(key)
RETURN key
