// Purpose: ids given up, with what their customers last held
// Params: rows (JSON: id, version, anchor, cause, until (ms), held (identifier keys))
// Returns: nothing
// Locks: the customers and the identifiers they held, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (c:Customer {id: row.id}) USING INDEX SEEK c:Customer(id)
DETACH DELETE c
CREATE (f:FormerCustomer:Changed {id: row.id, version: row.version, anchor: row.anchor, cause: row.cause})
SET f.until = datetime({epochMillis: row.until})
WITH f, row
UNWIND row.held AS key
MATCH (m:Identifier {key: key}) USING INDEX SEEK m:Identifier(key)
CREATE (f)-[:HELD]->(m)
