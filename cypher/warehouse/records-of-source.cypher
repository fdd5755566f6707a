// Purpose: the records of a source that count today, with the customer of their account, in the order of keys
// Params: source, prefix (the source and a colon)
// Returns: recordId, customerId (null where the account belongs to none)
// Locks: none
MATCH (r:Record)
USING INDEX SEEK r:Record(key)
WHERE r.key STARTS WITH $prefix AND r.source = $source AND r.observedAt IS NOT NULL
WITH r ORDER BY r.key
OPTIONAL MATCH (r)-[:ABOUT]->(:Identifier)-[:IDENTIFIES]->(c:Customer)
RETURN r.sourceId AS recordId, c.id AS customerId
