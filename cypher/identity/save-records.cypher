// Purpose: what records that the graph holds say now
// Params: rows (JSON: key, account, properties (all but observedAt), observedAt (ms or null))
// Returns: nothing
// Locks: the records and their accounts, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (r:Record {key: row.key}) USING INDEX SEEK r:Record(key)
SET r = row.properties, r.key = row.key,
  r.observedAt = CASE WHEN row.observedAt IS NULL THEN null ELSE datetime({epochMillis: row.observedAt}) END
WITH r, row
MATCH (i:Identifier {key: row.account}) USING INDEX SEEK i:Identifier(key)
MERGE (r)-[:ABOUT]->(i)
