// Purpose: identifiers with what supports them
// Params: keys (identifier keys)
// Returns: key, status, customer (its id, or null), unresolved, firstSeen (ms), lastSeen (ISO date), supports, firsts,
//   lasts, recordeds, neighbourKinds, neighbourCounts
// Locks: none
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
OPTIONAL MATCH (i)-[:IDENTIFIES]->(c)
RETURN key, i.status AS status, c.id AS customer, i:Unresolved AS unresolved, i.firstSeen.epochMillis AS firstSeen,
  toString(i.lastSeen) AS lastSeen, i.supports AS supports, i.firsts AS firsts, i.lasts AS lasts,
  i.recordeds AS recordeds, i.neighbourKinds AS neighbourKinds, i.neighbourCounts AS neighbourCounts
