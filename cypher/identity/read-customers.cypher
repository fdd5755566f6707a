// Purpose: the customers of identifiers, with all their members
// Params: keys (identifier keys)
// Returns: id, version, anchor, digest, members (identifier keys)
// Locks: none
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX i:Identifier(key)
MATCH (i)-[:IDENTIFIES]->(c:Customer)
WITH DISTINCT c
RETURN c.id AS id, c.version AS version, c.anchor AS anchor, c.digest AS digest,
  COLLECT { MATCH (m:Identifier)-[:IDENTIFIES]->(c) RETURN m.key } AS members
