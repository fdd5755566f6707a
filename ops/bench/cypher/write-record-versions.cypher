// Purpose: versions of records, read by nobody before
// Params: rows (labels, properties, ends (record keys))
// Returns: nothing
// Locks: the new nodes and the records, in the order of the rows
UNWIND $rows AS row
CREATE (v:$(row.labels))
SET v = row.properties
WITH v, row
UNWIND row.ends AS key
MATCH (r:Record {key: key}) USING INDEX SEEK r:Record(key)
CREATE (v)-[:VERSION_OF]->(r)
