// Purpose: identifiers with what supports them
// Params: keys (identifier keys)
// Returns: key, status, firstSeen (ms), lastSeen (ISO date), supports, firsts, lasts, recordeds
// Locks: none
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX i:Identifier(key)
RETURN i.key AS key, i.status AS status, i.firstSeen.epochMillis AS firstSeen, toString(i.lastSeen) AS lastSeen,
  i.supports AS supports, i.firsts AS firsts, i.lasts AS lasts, i.recordeds AS recordeds
