// Purpose: takes the label off customers that are still as they were projected; run under lock-customers
// Params: rows (id, version)
// Returns: settled
// Locks: exclusive on each customer
UNWIND $rows AS row
MATCH (c:Customer {id: row.id})
USING INDEX SEEK c:Customer(id)
WHERE c.version = row.version
REMOVE c:Changed
RETURN count(c) AS settled
