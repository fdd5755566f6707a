// Purpose: nobody else changes these customers, their identifiers or the pairs and records of those
// Params: ids (customer ids, sorted)
// Returns: nothing
// Locks: the customers, alone, in the order of the ids
UNWIND $ids AS id
MATCH (c:Customer {id: id}) USING INDEX SEEK c:Customer(id)
WITH collect(c) AS customers
CALL apoc.lock.nodes(customers)
