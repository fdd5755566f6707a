// Purpose: pairs seen together, with what supports them
// Params: keys (lists of two identifier keys, the lesser first)
// Returns: a, b, firstSeen (ms), lastSeen (ISO date), supports, firsts, lasts, recordeds, refused
// Locks: none
UNWIND $keys AS pair
MATCH (a:Identifier {key: pair[0]}) USING INDEX SEEK a:Identifier(key)
MATCH (b:Identifier {key: pair[1]}) USING INDEX SEEK b:Identifier(key)
// In a subquery, so that the pair is looked up and neither end's links are walked: either may be a hub.
CALL (a, b) {
  MATCH (a)-[o:OBSERVED]->(b)
  RETURN o
}
RETURN pair[0] AS a, pair[1] AS b, o.firstSeen.epochMillis AS firstSeen, toString(o.lastSeen) AS lastSeen,
  o.supports AS supports, o.firsts AS firsts, o.lasts AS lasts, o.recordeds AS recordeds, coalesce(o.refused, false) AS refused
