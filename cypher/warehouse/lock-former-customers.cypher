// Purpose: nobody changes these former customers until the transaction ends
// Params: ids
// Returns: locked
// Locks: exclusive on each former customer, in the order of `ids`, which is theirs
UNWIND $ids AS id
MATCH (f:FormerCustomer {id: id})
USING INDEX SEEK f:FormerCustomer(id)
WITH collect(f) AS formers
CALL apoc.lock.nodes(formers)
RETURN size(formers) AS locked
