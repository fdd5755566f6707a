// Purpose: ids given up
// Params: keys (customer ids)
// Returns: id, version, anchor
// Locks: none
UNWIND $keys AS id
MATCH (f:FormerCustomer {id: id}) USING INDEX SEEK f:FormerCustomer(id)
RETURN f.id AS id, f.version AS version, f.anchor AS anchor
