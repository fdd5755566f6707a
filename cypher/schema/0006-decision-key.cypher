// Purpose: one node a subject of decisions, the one in force
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE CONSTRAINT decision_key IF NOT EXISTS FOR (n:Decision) REQUIRE n.key IS UNIQUE
