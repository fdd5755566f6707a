// Purpose: every identifier with its customer, in the order of keys, read from the index as it goes
// Params: none
// Returns: key, kind, value, customerId (null where it belongs to none)
// Locks: none
MATCH (i:Identifier)
USING INDEX SEEK i:Identifier(key)
WHERE i.key >= ''
WITH i ORDER BY i.key
OPTIONAL MATCH (i)-[:IDENTIFIES]->(c:Customer)
RETURN i.key AS key, i.kind AS kind, i.value AS value, c.id AS customerId
