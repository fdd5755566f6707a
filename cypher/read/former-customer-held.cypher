// Purpose: identifiers that a former customer last had, in order of their keys, for GraphQL
// Params: this (a former customer), limit, after (a key, or null)
// Returns: identifier
// Locks: none
MATCH (this)-[:HELD]->(identifier)
WHERE identifier.key > coalesce($after, '')
RETURN identifier ORDER BY identifier.key
LIMIT CASE WHEN $limit > 100 THEN 100 WHEN $limit < 0 THEN 0 ELSE toInteger($limit) END
