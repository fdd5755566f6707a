// Purpose: one node a record
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE CONSTRAINT record_key IF NOT EXISTS FOR (n:Record) REQUIRE n.key IS UNIQUE
