// Purpose: the few nodes that are neither identifiers nor customers: resume offsets and locks
// Params: rows (labels, properties)
// Returns: nothing
// Locks: the new nodes
UNWIND $rows AS row
CREATE (n:$(row.labels))
SET n = row.properties
