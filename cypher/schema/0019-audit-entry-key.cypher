// Purpose: a caller's key names one request: of two at once the second fails, and reads the answer of the first
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE CONSTRAINT audit_entry_key IF NOT EXISTS FOR (n:AuditEntry) REQUIRE (n.by, n.idempotencyKey) IS UNIQUE
