// Purpose: notes of changes by when they were written
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE INDEX change_at IF NOT EXISTS FOR (n:Change) ON (n.at)
