// Purpose: ids that are alive again are former no longer
// Params: ids (customer ids)
// Returns: nothing
// Locks: the former customers
UNWIND $ids AS id
MATCH (f:FormerCustomer {id: id}) USING INDEX SEEK f:FormerCustomer(id)
DETACH DELETE f
