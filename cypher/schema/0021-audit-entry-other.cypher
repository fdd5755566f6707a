// Purpose: audit entries by the greater identifier of the pair that they are about, in order
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE INDEX audit_entry_other IF NOT EXISTS FOR (n:AuditEntry) ON (n.other, n.id)
