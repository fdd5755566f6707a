// Purpose: identifiers leave customers
// Params: rows (JSON: id, key)
// Returns: nothing
// Locks: the identifiers and customers, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (m:Identifier {key: row.key}) USING INDEX SEEK m:Identifier(key)
MATCH (m)-[old:IDENTIFIES]->(c)
WHERE c.id = row.id
DELETE old
