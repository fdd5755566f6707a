// Purpose: what was answered when a caller gave this key
// Params: by, key
// Returns: entry (properties; at in ms)
// Locks: none
MATCH (e:AuditEntry {by: $by, idempotencyKey: $key}) USING INDEX SEEK e:AuditEntry(by, idempotencyKey)
RETURN e {.*, at: e.at.epochMillis} AS entry
