// Purpose: whether a refused link touches customers that are right in all else; none waits for a rebuild any more
// Params: rows (JSON: id, contested (true or null))
// Returns: nothing
// Locks: the customers, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (c:Customer {id: row.id}) USING INDEX SEEK c:Customer(id)
SET c.contested = row.contested
REMOVE c:Unresolved
