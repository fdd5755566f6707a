// Purpose: where the id of a former customer may lead: what it held, and whose that is today
// Params: id
// Returns: version, anchor, held (key, status, customer: an id or null)
// Locks: none
MATCH (former:FormerCustomer {id: $id})
USING INDEX SEEK former:FormerCustomer(id)
RETURN former.version AS version, former.anchor AS anchor, COLLECT {
  MATCH (former)-[:HELD]->(held)
  OPTIONAL MATCH (held)-[:IDENTIFIES]->(customer)
  RETURN {key: held.key, status: held.status, customer: customer.id}
} AS held
