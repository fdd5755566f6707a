// Purpose: the models that there are, the newest first
// Params: none
// Returns: name, role (champion, challenger or retired), at (ms), records
// Locks: none
// Scans: models are few
MATCH (m:Model)
RETURN m.name AS name, m.role AS role, m.at.epochMillis AS at, m.records AS records
ORDER BY at DESC, name
