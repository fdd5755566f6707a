// Purpose: the sources that support an identifier, for GraphQL. A support is `source|load` or `source|load|record id`
// Params: this (an identifier)
// Returns: source
// Locks: none
UNWIND coalesce(this.supports, []) AS support
WITH DISTINCT split(support, '|')[0] AS source
RETURN source ORDER BY source LIMIT 100
