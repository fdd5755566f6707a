// Purpose: the current records about the accounts that records are about
// Params: keys (record keys)
// Returns: key, account, fields (JSON)
// Locks: none
UNWIND $keys AS key
MATCH (r:Record {key: key}) USING INDEX SEEK r:Record(key)
// Step by step and without labels, which the types imply: an empty store tempts the planner to begin with a scan.
MATCH (r)-[:ABOUT]->(i)
WITH DISTINCT i
MATCH (i)<-[:ABOUT]-(o)
WHERE o.observedAt IS NOT NULL
RETURN o.key AS key, o.account AS account, o.fields AS fields
