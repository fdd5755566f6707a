// Purpose: records with their one version as a resolver leaves them, read by nobody before
// Params: rows (JSON: account, observedAt (ms), properties (all but observedAt), version (properties))
// Returns: nothing
// Locks: the new nodes and the accounts, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (i:Identifier {key: row.account}) USING INDEX SEEK i:Identifier(key)
CREATE (v:RecordVersion)-[:VERSION_OF]->(r:Record)-[:ABOUT]->(i)
SET v = row.version, r = row.properties, r.observedAt = datetime({epochMillis: row.observedAt})
