// Purpose: where reading resumes, of some partitions
// Params: keys (cluster/topic/partition)
// Returns: topic, partition, offset
// Locks: none
UNWIND $keys AS key
MATCH (o:IngestOffset {key: key}) USING INDEX o:IngestOffset(key)
RETURN o.topic AS topic, o.partition AS partition, o.offset AS offset
