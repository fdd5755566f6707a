// Purpose: one node a model
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE CONSTRAINT model_name IF NOT EXISTS FOR (n:Model) REQUIRE n.name IS UNIQUE
