// Purpose: the identifier that a record is about, for GraphQL
// Params: this (a record)
// Returns: account
// Locks: none
MATCH (this)-[:ABOUT]->(account)
RETURN account
