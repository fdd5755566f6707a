// Purpose: assertions by their greater identifier
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE INDEX assertion_b IF NOT EXISTS FOR (n:Assertion) ON (n.b)
