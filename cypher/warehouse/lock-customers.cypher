// Purpose: nobody changes these customers until the transaction ends
// Params: ids
// Returns: locked
// Locks: exclusive on each customer, in the order of `ids`, which is theirs
UNWIND $ids AS id
MATCH (c:Customer {id: id})
USING INDEX SEEK c:Customer(id)
WITH collect(c) AS customers
CALL apoc.lock.nodes(customers)
RETURN size(customers) AS locked
