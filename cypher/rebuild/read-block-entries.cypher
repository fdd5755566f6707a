// Purpose: every record's place in every block
// Params: none
// Returns: block, record (key)
// Locks: none
// Scans: a rebuild reads the whole graph
MATCH (e:BlockEntry)
RETURN e.block AS block, e.record AS record
