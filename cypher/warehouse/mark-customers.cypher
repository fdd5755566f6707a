// Purpose: labels a page of all customers as changed, for a warehouse that starts empty
// Params: after, limit
// Returns: last (the last id of the page, null after the end)
// Locks: exclusive on each customer, in the order of ids
MATCH (c:Customer)
USING INDEX SEEK c:Customer(id)
WHERE c.id > $after
WITH c ORDER BY c.id LIMIT $limit
SET c:Changed
RETURN max(c.id) AS last
