// Purpose: one node a customer
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE CONSTRAINT customer_id IF NOT EXISTS FOR (n:Customer) REQUIRE n.id IS UNIQUE
