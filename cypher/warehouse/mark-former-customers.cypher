// Purpose: labels a page of all ids given up as changed, for a warehouse that starts empty
// Params: after, limit
// Returns: last (the last id of the page, null after the end)
// Locks: exclusive on each former customer, in the order of ids
MATCH (f:FormerCustomer)
USING INDEX SEEK f:FormerCustomer(id)
WHERE f.id > $after
WITH f ORDER BY f.id LIMIT $limit
SET f:Changed
RETURN max(f.id) AS last
