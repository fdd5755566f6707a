// Purpose: which identifiers are there, and whose they are
// Params: keys (identifier keys)
// Returns: key, customer (true where it has one)
// Locks: none
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
RETURN key, EXISTS { (i)-[:IDENTIFIES]->(:Customer) } AS customer
