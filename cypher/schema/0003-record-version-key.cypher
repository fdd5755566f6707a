// Purpose: one node a version of a record
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE CONSTRAINT record_version_key IF NOT EXISTS FOR (n:RecordVersion) REQUIRE n.key IS UNIQUE
