// Purpose: identifiers that belong to no customer join customers
// Params: rows (JSON: id, key)
// Returns: nothing
// Locks: the identifiers and customers, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (c:Customer {id: row.id}) USING INDEX SEEK c:Customer(id)
MATCH (m:Identifier {key: row.key}) USING INDEX SEEK m:Identifier(key)
CREATE (m)-[:IDENTIFIES]->(c)
