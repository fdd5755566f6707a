// Purpose: one node a partition, where a restored graph resumes
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE CONSTRAINT ingest_offset_key IF NOT EXISTS FOR (n:IngestOffset) REQUIRE n.key IS UNIQUE
