// Purpose: identifiers of a customer in order of their keys, for GraphQL
// Params: this (a customer), kind (or null: any), limit, after (a key, or null)
// Returns: identifier
// Locks: none
MATCH (this)<-[:IDENTIFIES]-(identifier)
WHERE ($kind IS NULL OR identifier.kind = $kind) AND identifier.key > coalesce($after, '')
RETURN identifier ORDER BY identifier.key
LIMIT CASE WHEN $limit > 100 THEN 100 WHEN $limit < 0 THEN 0 ELSE toInteger($limit) END
