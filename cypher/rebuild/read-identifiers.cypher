// Purpose: every identifier with what supports it, and what the graph holds to follow from that
// Params: none
// Returns: key, supports, firsts, lasts; status, firstSeen (ms), lastSeen (ISO date), neighbourKinds,
//   neighbourCounts, unresolved, customers (ids)
// Locks: none
// Scans: a rebuild reads the whole graph
MATCH (i:Identifier)
RETURN i.key AS key, i.supports AS supports, i.firsts AS firsts, i.lasts AS lasts,
  i.status AS status, i.firstSeen.epochMillis AS firstSeen, toString(i.lastSeen) AS lastSeen,
  i.neighbourKinds AS neighbourKinds, i.neighbourCounts AS neighbourCounts,
  i:Unresolved AS unresolved, [(i)-[:IDENTIFIES]->(c:Customer) | c.id] AS customers
