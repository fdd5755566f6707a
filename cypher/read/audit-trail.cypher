// Purpose: a page of the audit trail, the newest first
// Params: first, after (id of an entry, or null: from the newest)
// Returns: entry (properties; at in ms)
// Locks: none
MATCH (e:AuditEntry) USING INDEX SEEK e:AuditEntry(id)
WHERE e.id < coalesce($after, '~')
WITH e ORDER BY e.id DESC LIMIT $first
RETURN e {.*, at: e.at.epochMillis} AS entry ORDER BY e.id DESC
