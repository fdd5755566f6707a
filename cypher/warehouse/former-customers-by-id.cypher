// Purpose: ids given up, with what their customers last held
// Params: ids
// Returns: id, version, anchor, cause, until, held
// Locks: none
UNWIND $ids AS id
MATCH (f:FormerCustomer {id: id})
USING INDEX SEEK f:FormerCustomer(id)
OPTIONAL MATCH (f)-[:HELD]->(i:Identifier)
WITH f, collect([i.kind, i.value]) AS held
RETURN f.id AS id, f.version AS version, f.anchor AS anchor, f.cause AS cause, f.until.epochMillis AS until, held
