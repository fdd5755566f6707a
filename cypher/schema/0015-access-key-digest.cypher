// Purpose: one node an access key, found by the digest of its secret
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE CONSTRAINT access_key_digest IF NOT EXISTS FOR (n:AccessKey) REQUIRE n.digest IS UNIQUE
