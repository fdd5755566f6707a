// Purpose: one node a pair about which somebody could not tell
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE CONSTRAINT unsure_pair IF NOT EXISTS FOR (n:Unsure) REQUIRE n.pair IS UNIQUE
