// Purpose: records about the accounts of a customer in order of their keys, for GraphQL
// Params: this (a customer), limit, after (a key, or null)
// Returns: record
// Locks: none
MATCH (this)<-[:IDENTIFIES]-()<-[:ABOUT]-(record)
WHERE record.key > coalesce($after, '')
RETURN record ORDER BY record.key
LIMIT CASE WHEN $limit > 100 THEN 100 WHEN $limit < 0 THEN 0 ELSE toInteger($limit) END
