// Purpose: where a restored graph resumes
// Params: rows (key, cluster, topic, partition, offset; notBefore: the offset that stood there)
// Returns: behind: how many stood before that, which only a graph that went back does
// Locks: the offsets
UNWIND $rows AS row
MERGE (o:IngestOffset {key: row.key})
WITH o, row, coalesce(o.offset, 0) AS before
SET o.cluster = row.cluster, o.topic = row.topic, o.partition = row.partition, o.offset = row.offset
RETURN count(CASE WHEN before < row.notBefore THEN 1 END) AS behind
