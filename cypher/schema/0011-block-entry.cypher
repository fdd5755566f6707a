// Purpose: the records of a block
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE INDEX block_entry IF NOT EXISTS FOR (n:BlockEntry) ON (n.block, n.record)
