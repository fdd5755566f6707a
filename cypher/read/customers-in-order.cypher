// Purpose: the customers of these ids, as they are given, for GraphQL
// Params: ids
// Returns: customer
// Locks: none
UNWIND range(0, size($ids) - 1) AS place
MATCH (customer:Customer {id: $ids[place]})
USING INDEX SEEK customer:Customer(id)
RETURN customer ORDER BY place
