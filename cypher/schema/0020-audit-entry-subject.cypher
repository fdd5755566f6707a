// Purpose: audit entries by what they are about, in order
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE INDEX audit_entry_subject IF NOT EXISTS FOR (n:AuditEntry) ON (n.subject, n.id)
