// Purpose: takes the label off ids given up that are still as they were projected; run under lock-former-customers
// Params: rows (id, version)
// Returns: settled
// Locks: exclusive on each former customer
UNWIND $rows AS row
MATCH (f:FormerCustomer {id: row.id})
USING INDEX SEEK f:FormerCustomer(id)
WHERE f.version = row.version
REMOVE f:Changed
RETURN count(f) AS settled
