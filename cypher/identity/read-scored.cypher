// Purpose: what is scored alike with accounts, on either side
// Params: keys (identifier keys)
// Returns: a, b, probability, weight, model, refused
// Locks: none
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
MATCH (i)-[s:SCORED]-()
WITH DISTINCT s
RETURN startNode(s).key AS a, endNode(s).key AS b, s.probability AS probability, s.weight AS weight,
  s.model AS model, coalesce(s.refused, false) AS refused
