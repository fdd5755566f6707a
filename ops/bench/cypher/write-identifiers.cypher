// Purpose: identifiers, read by nobody before
// Params: rows (label, properties)
// Returns: nothing
// Locks: the new nodes
UNWIND $rows AS row
CREATE (i:Identifier:$(row.label))
SET i = row.properties
