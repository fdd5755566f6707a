// Purpose: every id given up
// Params: none
// Returns: id, version
// Locks: none
// Scans: a rebuild reads the whole graph
MATCH (f:FormerCustomer)
RETURN f.id AS id, f.version AS version
