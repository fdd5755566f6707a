// Purpose: some customers not yet in the warehouse, locked so that whoever is writing them has wholly written them
// Params: limit
// Returns: ids
// Locks: shared on each customer, in the order of ids, to the end of the transaction
// Scans: the label is on what waits alone, and the limit ends it
MATCH (c:Customer:Changed)
USING SCAN c:Changed
WITH c LIMIT $limit
WITH c, c.id AS id ORDER BY id
WITH collect(c) AS customers, collect(id) AS ids
CALL apoc.lock.read.nodes(customers)
RETURN ids
