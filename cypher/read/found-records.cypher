// Purpose: what records say, and whose they are
// Params: keys (record keys)
// Returns: key, account, fields (JSON), status (of the account), customer (its id, or null)
// Locks: none
UNWIND $keys AS key
MATCH (r:Record {key: key}) USING INDEX SEEK r:Record(key)
MATCH (r)-[:ABOUT]->(i)
WHERE r.observedAt IS NOT NULL
OPTIONAL MATCH (i)-[:IDENTIFIES]->(c)
RETURN r.key AS key, r.account AS account, r.fields AS fields, i.status AS status, c.id AS customer
