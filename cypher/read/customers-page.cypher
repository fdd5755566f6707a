// Purpose: a page of customers in order of their ids, for GraphQL
// Params: first, after (an id, or null: from the beginning)
// Returns: customer
// Locks: none
MATCH (customer:Customer)
USING INDEX SEEK customer:Customer(id)
WHERE customer.id > coalesce($after, '')
RETURN customer ORDER BY customer.id
LIMIT CASE WHEN $first > 100 THEN 100 WHEN $first < 0 THEN 0 ELSE toInteger($first) END
