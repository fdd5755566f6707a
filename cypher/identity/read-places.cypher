// Purpose: which of these identifiers exist, and where they belong: what is to be locked before more is read
// Params: keys (identifier keys)
// Returns: key, status, customer (its id, or null)
// Locks: none
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
OPTIONAL MATCH (i)-[:IDENTIFIES]->(c)
RETURN key, i.status AS status, c.id AS customer
