// Purpose: whose an identifier is, for GraphQL
// Params: this (an identifier)
// Returns: customer
// Locks: none
MATCH (this)-[:IDENTIFIES]->(customer)
RETURN customer
