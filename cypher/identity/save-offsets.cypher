// Purpose: where a restored graph resumes
// Params: rows (key, cluster, topic, partition, offset)
// Returns: nothing
// Locks: the offsets
UNWIND $rows AS row
MERGE (o:IngestOffset {key: row.key})
SET o.cluster = row.cluster, o.topic = row.topic, o.partition = row.partition, o.offset = row.offset
