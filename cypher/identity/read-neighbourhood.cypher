// Purpose: the supported pairs of identifiers, with what is at their other end
// Params: keys (identifier keys)
// Returns: key, other, firstSeen, lastSeen, refused; status, unresolved, otherFirstSeen, otherLastSeen of the other end
// Locks: none
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
MATCH (i)-[o:OBSERVED]-(n)
WHERE o.firstSeen IS NOT NULL
RETURN key, n.key AS other, o.firstSeen.epochMillis AS firstSeen, toString(o.lastSeen) AS lastSeen,
  coalesce(o.refused, false) AS refused, n.status AS status, n:Unresolved AS unresolved, n.firstSeen.epochMillis AS otherFirstSeen,
  toString(n.lastSeen) AS otherLastSeen
