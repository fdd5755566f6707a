// Purpose: ids of the customers whose names hold all these words, the best first
// Params: query, limit
// Returns: id
// Locks: none
CALL db.index.fulltext.queryNodes('customer_name', $query, {limit: $limit}) YIELD node, score
RETURN node.id AS id ORDER BY score DESC, id
