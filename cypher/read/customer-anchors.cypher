// Purpose: the keys that customers are named by
// Params: ids
// Returns: anchor
// Locks: none
UNWIND $ids AS id
MATCH (customer:Customer {id: id})
USING INDEX SEEK customer:Customer(id)
RETURN customer.anchor AS anchor
