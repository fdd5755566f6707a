// Purpose: every pair seen together with what supports it, and what the graph holds to follow from that
// Params: none
// Returns: a, b, supports, firsts, lasts; firstSeen (ms), lastSeen (ISO date), refused
// Locks: none
// Scans: a rebuild reads the whole graph
MATCH (a)-[o:OBSERVED]->(b)
RETURN a.key AS a, b.key AS b, o.supports AS supports, o.firsts AS firsts, o.lasts AS lasts,
  o.firstSeen.epochMillis AS firstSeen, toString(o.lastSeen) AS lastSeen, o.refused AS refused
