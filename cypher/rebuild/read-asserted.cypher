// Purpose: every assertion that the graph draws
// Params: none
// Returns: a, b, type, id, by, at (ms), reason, refused
// Locks: none
// Scans: a rebuild reads the whole graph
MATCH (a:Identifier)-[s:SAME_AS|NOT_SAME_AS]->(b:Identifier)
RETURN a.key AS a, b.key AS b, type(s) AS type, s.id AS id, s.by AS by, s.at.epochMillis AS at, s.reason AS reason,
  s.refused AS refused
