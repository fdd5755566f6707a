// Purpose: the versions of ids given up
// Params: ids
// Returns: id, version
// Locks: none
UNWIND $ids AS id
MATCH (f:FormerCustomer {id: id})
USING INDEX SEEK f:FormerCustomer(id)
RETURN f.id AS id, f.version AS version
