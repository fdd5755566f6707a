// Purpose: ids given up that lead to a customer, by the rule of `leadsTo` (src/identity/history.ts), for GraphQL
// Params: this (a customer)
// Returns: id
// Locks: none
MATCH (this)<-[:IDENTIFIES]-()<-[:HELD]-(former)
WITH DISTINCT this, former
WHERE NOT EXISTS {
  MATCH (former)-[:HELD]->(named {key: former.anchor})-[:IDENTIFIES]->(other)
  WHERE other <> this
}
RETURN former.id AS id ORDER BY id LIMIT 100
