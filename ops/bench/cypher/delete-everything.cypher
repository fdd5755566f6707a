// Purpose: empties the graph between runs, outside of any transaction
// Params: none
// Returns: nothing
// Locks: everything, some thousand nodes at a time
MATCH (n)
CALL (n) {
  DETACH DELETE n
} IN TRANSACTIONS OF 5000 ROWS
