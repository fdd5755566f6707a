// Purpose: what changed about customers; their members are save-members's and release-members's
// Params: rows (JSON: as create-customers)
// Returns: nothing
// Locks: the customers, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (c:Customer {id: row.id}) USING INDEX SEEK c:Customer(id)
SET c = row.properties, c:Changed, c.id = row.id, c.firstSeen = datetime({epochMillis: row.firstSeen}),
  c.lastSeen = date(row.lastSeen), c.changedAt = datetime({epochMillis: row.changedAt})
