// Purpose: the versions of customers
// Params: ids
// Returns: id, version
// Locks: none
UNWIND $ids AS id
MATCH (c:Customer {id: id})
USING INDEX SEEK c:Customer(id)
RETURN c.id AS id, c.version AS version
