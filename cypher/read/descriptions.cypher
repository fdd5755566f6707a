// Purpose: what every record says now
// Params: none
// Returns: key, account, fields (JSON)
// Locks: none
// Scans: training reads all records
MATCH (r:Record)
WHERE r.observedAt IS NOT NULL
RETURN r.key AS key, r.account AS account, r.fields AS fields
