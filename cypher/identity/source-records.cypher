// Purpose: a page of the records of a source
// Params: after (record key), source, id (one record's, or null), limit
// Returns: key
// Locks: none
// Scans: no, it walks the index of keys
MATCH (r:Record)
WHERE r.key > $after AND r.key STARTS WITH $source + ':' AND ($id IS NULL OR r.sourceId = $id)
RETURN r.key AS key
ORDER BY r.key
LIMIT $limit
