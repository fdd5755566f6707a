// Purpose: the customers of these ids, in their order, for GraphQL
// Params: ids
// Returns: customer
// Locks: none
UNWIND $ids AS id
MATCH (customer:Customer {id: id})
USING INDEX SEEK customer:Customer(id)
RETURN customer ORDER BY customer.id
