// Purpose: with how many others an identifier was observed, for GraphQL. The store keeps the count of hubs
// Params: this (an identifier)
// Returns: count
// Locks: none
RETURN COUNT { (this)-[:OBSERVED]-() } AS count
