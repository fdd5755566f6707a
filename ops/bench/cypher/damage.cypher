// Purpose: strikes some customers in a hundred of a loaded graph, each in three ways
// Params: none
// Returns: nothing
// Locks: what it strikes, some thousand at a time
MATCH (c:Customer)
WHERE c.id STARTS WITH 'c_00' OR c.id STARTS WITH 'c_x'
CALL (c) {
  MATCH (i:Identifier)-[r:IDENTIFIES]->(c)
  WITH c, i, r LIMIT 1
  SET i.status = 'shared', c.golden = '{}'
  DELETE r
} IN TRANSACTIONS OF 5000 ROWS
