// Purpose: one node an id given up
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE CONSTRAINT former_customer_id IF NOT EXISTS FOR (n:FormerCustomer) REQUIRE n.id IS UNIQUE
