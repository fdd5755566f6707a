// Purpose: how many pairs identifiers have, counted without walking them
// Params: keys (identifier keys)
// Returns: key, degree
// Locks: none
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
RETURN key, COUNT { (i)-[:OBSERVED]-() } AS degree
