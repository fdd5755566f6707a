// Purpose: how much of the graph waits for its projection; the counts come from the store's own of labels
// Params: none
// Returns: changed
// Locks: none
MATCH (n:Changed)
RETURN count(n) AS changed
