// Purpose: ids of the customers whose names hold all these words, the best first
// Params: query, limit
// Returns: id
// Locks: none
// The index lags behind: what it still names may be gone meanwhile, and its place in the store taken by another node.
CALL db.index.fulltext.queryNodes('customer_name', $query, {limit: $limit}) YIELD node, score
WHERE node:Customer
RETURN node.id AS id ORDER BY score DESC, id
