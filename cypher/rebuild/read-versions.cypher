// Purpose: the versions of ids, alive or given up
// Params: ids (customer ids)
// Returns: id, version, former (versions of the customer and of the former customer; null where there is none)
// Locks: none
UNWIND $ids AS id
OPTIONAL MATCH (c:Customer {id: id}) USING INDEX SEEK c:Customer(id)
OPTIONAL MATCH (f:FormerCustomer {id: id}) USING INDEX SEEK f:FormerCustomer(id)
RETURN id, CASE WHEN c IS NULL THEN null ELSE coalesce(c.version, 0) END AS version,
  CASE WHEN f IS NULL THEN null ELSE coalesce(f.version, 0) END AS former
