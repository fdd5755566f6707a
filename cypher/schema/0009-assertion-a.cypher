// Purpose: assertions by their lesser identifier
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE INDEX assertion_a IF NOT EXISTS FOR (n:Assertion) ON (n.a)
