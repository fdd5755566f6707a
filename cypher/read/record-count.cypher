// Purpose: how many records say anything now
// Params: none
// Returns: records
// Locks: none
// Scans: training reads all records
MATCH (r:Record)
WHERE r.observedAt IS NOT NULL
RETURN count(r) AS records
