// Purpose: records that the graph does not hold
// Params: rows (JSON: as save-records)
// Returns: nothing
// Locks: the new nodes and their accounts, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
CREATE (r:Record {key: row.key,
  observedAt: CASE WHEN row.observedAt IS NULL THEN null ELSE datetime({epochMillis: row.observedAt}) END})
SET r += row.properties
WITH r, row
MATCH (i:Identifier {key: row.account}) USING INDEX SEEK i:Identifier(key)
CREATE (r)-[:ABOUT]->(i)
