// Purpose: one audit entry an id; pages of the trail in order
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE CONSTRAINT audit_entry_id IF NOT EXISTS FOR (n:AuditEntry) REQUIRE n.id IS UNIQUE
