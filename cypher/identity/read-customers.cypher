// Purpose: customers with all their members
// Params: ids (customer ids)
// Returns: id, version, anchor, digest, contested, unresolved, tenures (JSON), members (lists of key, firstSeen (ms), lastSeen (ISO date))
// Locks: none
UNWIND $ids AS id
MATCH (c:Customer {id: id}) USING INDEX SEEK c:Customer(id)
RETURN id, c.version AS version, c.anchor AS anchor, c.digest AS digest, coalesce(c.contested, false) AS contested,
  c:Unresolved AS unresolved, c.tenures AS tenures, COLLECT {
    MATCH (m)-[:IDENTIFIES]->(c)
    RETURN [m.key, m.firstSeen.epochMillis, toString(m.lastSeen)]
  } AS members
