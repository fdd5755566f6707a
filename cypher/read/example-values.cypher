// Purpose: values that the examples of the GraphiQL page ask for: a customer worth looking at, an id given up
// Params: none
// Returns: customer (an id), identifier (a map of kind and value: one of its own), former (an id); each may be null
// Locks: none
OPTIONAL CALL () {
  MATCH (customer:Customer)
  USING INDEX SEEK customer:Customer(id)
  WHERE customer.id > ''
  WITH customer ORDER BY customer.id LIMIT 100
  WITH customer ORDER BY customer.size DESC LIMIT 1
  MATCH (customer)<-[:IDENTIFIES]-(identifier)
  RETURN customer.id AS customer, identifier {.kind, .value} AS identifier
  ORDER BY CASE identifier.kind WHEN 'phone' THEN 0 WHEN 'email' THEN 1 ELSE 2 END, identifier.key LIMIT 1
}
RETURN customer, identifier, head(COLLECT {
  MATCH (former:FormerCustomer)
  USING INDEX SEEK former:FormerCustomer(id)
  WHERE former.id > ''
  RETURN former.id ORDER BY former.id LIMIT 1
}) AS former
