// Purpose: former customers whose ids lead to a customer, by the rule of `leadsTo` (src/identity/history.ts), for GraphQL
// Params: this (a customer), limit, after (an id, or null)
// Returns: former
// Locks: none
MATCH (this)<-[:IDENTIFIES]-()<-[:HELD]-(former)
WITH DISTINCT this, former
WHERE former.id > coalesce($after, '') AND NOT EXISTS {
  MATCH (former)-[:HELD]->(named {key: former.anchor})-[:IDENTIFIES]->(other)
  WHERE other <> this
}
RETURN former ORDER BY former.id
LIMIT CASE WHEN $limit > 100 THEN 100 WHEN $limit < 0 THEN 0 ELSE toInteger($limit) END
