// Purpose: the customers of identifiers
// Params: keys (identifier keys)
// Returns: id
// Locks: none
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
MATCH (i)-[:IDENTIFIES]->(c)
RETURN DISTINCT c.id AS id
