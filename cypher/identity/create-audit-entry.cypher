// Purpose: what somebody decided, and what came of it
// Params: properties (all but at), at (ms)
// Returns: nothing
// Locks: the entry's id, and the caller's key until the end of the transaction
CREATE (e:AuditEntry)
SET e = $properties, e.at = datetime({epochMillis: $at})
