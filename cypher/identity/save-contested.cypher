// Purpose: whether a refused link touches customers about which nothing else changed
// Params: rows (JSON: id, contested (true or null))
// Returns: nothing
// Locks: the customers, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (c:Customer {id: row.id}) USING INDEX SEEK c:Customer(id)
SET c.contested = row.contested
