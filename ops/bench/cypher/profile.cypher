// Purpose: a customer by one of its identifiers, with its identifiers and records: the best we could write by hand
// Params: key
// Returns: identifier
// Locks: none
MATCH (i:Identifier {key: $key})
USING INDEX SEEK i:Identifier(key)
OPTIONAL MATCH (i)-[:IDENTIFIES]->(c)
RETURN i {.kind, .value, .status, customer: c {.id, .name, .email, .phone, .size,
  identifiers: COLLECT {
    MATCH (c)<-[:IDENTIFIES]-(m) WITH m ORDER BY m.key LIMIT 20 RETURN m {.kind, .value, .status}
  },
  records: COLLECT {
    MATCH (c)<-[:IDENTIFIES]-()<-[:ABOUT]-(r) WITH r ORDER BY r.key LIMIT 20
    RETURN r {.source, .sourceId, .name, .birthday, .city}
  }}} AS identifier
