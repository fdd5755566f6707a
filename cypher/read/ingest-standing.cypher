// Purpose: what a worker must know before it passes anything over: whether evidence was taken away, where the graph stands
// Params: keys (cluster/topic/partition)
// Returns: epoch; offsets (topic, partition, offset) of those partitions that it has heard of
// Locks: none
OPTIONAL MATCH (l:ResolverLock {key: 'resolver'}) USING INDEX SEEK l:ResolverLock(key)
RETURN coalesce(l.epoch, 0) AS epoch,
  COLLECT {
    UNWIND $keys AS key
    MATCH (o:IngestOffset {key: key}) USING INDEX SEEK o:IngestOffset(key)
    RETURN {topic: o.topic, partition: o.partition, offset: o.offset}
  } AS offsets
