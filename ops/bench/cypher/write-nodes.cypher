// Purpose: nodes, read by nobody before
// Params: rows (labels, properties)
// Returns: nothing
// Locks: the new nodes
UNWIND $rows AS row
CREATE (n:$(row.labels))
SET n = row.properties
