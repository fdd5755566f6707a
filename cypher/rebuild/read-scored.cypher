// Purpose: every scored link
// Params: none
// Returns: a, b, probability, weight (bits), model, refused
// Locks: none
// Scans: a rebuild reads the whole graph
MATCH (a:Identifier)-[s:SCORED]->(b:Identifier)
RETURN a.key AS a, b.key AS b, s.probability AS probability, s.weight AS weight, s.model AS model, s.refused AS refused
