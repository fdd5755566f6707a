// Purpose: somebody looked at a pair and could not tell
// Params: pair (its key), by, reason, at (ms)
// Returns: nothing
// Locks: the pair's note
MERGE (n:Unsure {pair: $pair})
SET n.by = $by, n.reason = $reason, n.at = datetime({epochMillis: $at})
