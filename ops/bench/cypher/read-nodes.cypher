// Purpose: every node as it was committed
// Params: none
// Returns: labels, properties
// Locks: none
MATCH (n)
RETURN labels(n) AS labels, properties(n) AS properties
