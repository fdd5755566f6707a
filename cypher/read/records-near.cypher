// Purpose: the keys of records about the customers of identifiers
// Params: keys (identifier keys), limit
// Returns: key
// Locks: none
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
MATCH (i)-[:IDENTIFIES]->(c)
MATCH (c)<-[:IDENTIFIES]-(m)
MATCH (m)<-[:ABOUT]-(r)
RETURN DISTINCT r.key AS key
LIMIT $limit
