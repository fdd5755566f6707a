// Purpose: takes away notes of changes that nobody remembers an answer from before of
// Params: age (ms), limit
// Returns: pruned
// Locks: the notes, the oldest first
WITH datetime.realtime().epochMillis - $age AS before
MATCH (c:Change)
USING INDEX SEEK c:Change(at)
WHERE c.at < before
WITH c ORDER BY c.at LIMIT $limit
DELETE c
RETURN count(*) AS pruned
