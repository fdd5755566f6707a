// Purpose: empties the graph under a worker that goes on: where it reads from and the locks stay
// Params: none
// Returns: nothing
// Locks: everything deleted, some thousand nodes at a time
MATCH (n)
WHERE NOT n:IngestOffset AND NOT n:ResolverLock
CALL (n) {
  DETACH DELETE n
} IN TRANSACTIONS OF 5000 ROWS
