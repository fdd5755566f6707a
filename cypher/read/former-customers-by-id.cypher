// Purpose: the former customers of these ids, in their order, for GraphQL
// Params: ids
// Returns: former
// Locks: none
UNWIND $ids AS id
MATCH (former:FormerCustomer {id: id})
USING INDEX SEEK former:FormerCustomer(id)
RETURN former ORDER BY former.id
