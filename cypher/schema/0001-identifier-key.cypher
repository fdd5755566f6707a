// Purpose: one node an identifier
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE CONSTRAINT identifier_key IF NOT EXISTS FOR (n:Identifier) REQUIRE n.key IS UNIQUE
