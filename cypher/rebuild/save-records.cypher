// Purpose: the current rows of records as their versions make them
// Params: rows (JSON: key, account, observedAt (ms or null), properties (fields, claims, current, blocks and the traits
//   that nodes show))
// Returns: nothing
// Locks: the records and their accounts, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (r:Record {key: row.key}) USING INDEX SEEK r:Record(key)
SET r += row.properties,
  r.observedAt = CASE WHEN row.observedAt IS NULL THEN null ELSE datetime({epochMillis: row.observedAt}) END
WITH r, row
CALL (r, row) {
  // No label: with one, an index of keys answers the inequality, and the planner may scan it while there are few.
  MATCH (r)-[old:ABOUT]->(i)
  WHERE i.key <> row.account
  DELETE old
}
MATCH (i:Identifier {key: row.account}) USING INDEX SEEK i:Identifier(key)
MERGE (r)-[:ABOUT]->(i)
