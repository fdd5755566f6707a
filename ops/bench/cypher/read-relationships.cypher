// Purpose: every relationship as it was committed
// Params: none
// Returns: type, from, to (key or id of the nodes), properties
// Locks: none
MATCH (a)-[r]->(b)
RETURN type(r) AS type, coalesce(a.key, a.id) AS from, coalesce(b.key, b.id) AS to, properties(r) AS properties
