// Purpose: some ids given up whose warehouse rows are not, locked so that whoever is writing them has wholly written them
// Params: limit
// Returns: ids
// Locks: shared on each former customer, in the order of ids, to the end of the transaction
// Scans: the label is on what waits alone, and the limit ends it
MATCH (f:FormerCustomer:Changed)
USING SCAN f:Changed
WITH f LIMIT $limit
WITH f, f.id AS id ORDER BY id
WITH collect(f) AS formers, collect(id) AS ids
CALL apoc.lock.read.nodes(formers)
RETURN ids
