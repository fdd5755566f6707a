// Purpose: every pair of identifiers, history too, with what supports it
// Params: keys (identifier keys)
// Returns: a, b, firstSeen (ms), lastSeen (ISO date), supports, firsts, lasts, recordeds, refused
// Locks: none
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
MATCH (i)-[o:OBSERVED]-()
WITH DISTINCT o
RETURN startNode(o).key AS a, endNode(o).key AS b, o.firstSeen.epochMillis AS firstSeen,
  toString(o.lastSeen) AS lastSeen, o.supports AS supports, o.firsts AS firsts, o.lasts AS lasts,
  o.recordeds AS recordeds, coalesce(o.refused, false) AS refused
