// Purpose: identifiers that have a customer, of two kinds, as they come
// Params: limit (of each kind)
// Returns: kind, value
// Locks: none
CALL () {
  MATCH (i:Email)-[:IDENTIFIES]->() RETURN i LIMIT $limit
  UNION ALL
  MATCH (i:Phone)-[:IDENTIFIES]->() RETURN i LIMIT $limit
}
RETURN i.kind AS kind, i.value AS value
