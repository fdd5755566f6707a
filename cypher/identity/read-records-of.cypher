// Purpose: the current records about the members of customers
// Params: ids (customer ids)
// Returns: customer (its id), key, source, id, account, observedAt (ms), fields (JSON)
// Locks: none
UNWIND $ids AS customer
MATCH (c:Customer {id: customer}) USING INDEX SEEK c:Customer(id)
// Step by step and without labels, which the types imply: an empty store tempts the planner to begin with a scan.
MATCH (c)<-[:IDENTIFIES]-(m)
WITH customer, m
MATCH (m)<-[:ABOUT]-(r)
WHERE r.observedAt IS NOT NULL
RETURN customer, r.key AS key, r.source AS source, r.sourceId AS id, r.account AS account,
  r.observedAt.epochMillis AS observedAt, r.fields AS fields
