// Purpose: a page of what was decided about one subject, the newest first
// Params: subject, first, after (id of an entry, or null: from the newest)
// Returns: entry (properties; at in ms)
// Locks: none
CALL () {
  MATCH (e:AuditEntry) USING INDEX SEEK e:AuditEntry(subject, id)
  WHERE e.subject = $subject AND e.id < coalesce($after, '~')
  RETURN e ORDER BY e.id DESC LIMIT $first
  UNION
  MATCH (e:AuditEntry) USING INDEX SEEK e:AuditEntry(other, id)
  WHERE e.other = $subject AND e.id < coalesce($after, '~')
  RETURN e ORDER BY e.id DESC LIMIT $first
}
WITH e ORDER BY e.id DESC LIMIT $first
RETURN e {.*, at: e.at.epochMillis} AS entry ORDER BY e.id DESC
