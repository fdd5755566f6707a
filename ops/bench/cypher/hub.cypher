// Purpose: what became of the hub
// Params: key (of the phone)
// Returns: status, pairs (how many it has), unresolved (identifiers left as they were in the whole graph)
// Locks: none
MATCH (i:Identifier {key: $key}) USING INDEX SEEK i:Identifier(key)
RETURN i.status AS status, COUNT { (i)-[:OBSERVED]-() } AS pairs,
  COUNT { MATCH (u:Identifier) WHERE u:Unresolved } AS unresolved
