// Purpose: scored pairs of two customers about which nobody has decided, first where a decision says and changes most
// Params: least, below (probabilities), limit
// Returns: a, b (keys), probability, priority, unsure (whether somebody has looked already and could not tell)
// Locks: none
MATCH (a)-[s:SCORED]->(b) USING INDEX SEEK s:SCORED(probability)
WHERE s.probability >= $least AND s.probability < $below
MATCH (a)-[:IDENTIFIES]->(c)
MATCH (b)-[:IDENTIFIES]->(d)
WHERE c <> d
OPTIONAL MATCH (n:Decision {key: 'assertion ' + a.key + '\t' + b.key}) USING INDEX SEEK n:Decision(key)
WITH a, b, s, c, d, n WHERE n IS NULL OR n.verdict = 'withdrawn'
OPTIONAL MATCH (u:Unsure {pair: a.key + '\t' + b.key}) USING INDEX SEEK u:Unsure(pair)
RETURN a.key AS a, b.key AS b, s.probability AS probability,
  (1 - abs(2 * s.probability - 1)) * c.size * d.size AS priority, u IS NOT NULL AS unsure
ORDER BY unsure, priority DESC, a, b
LIMIT $limit
