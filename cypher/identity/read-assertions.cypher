// Purpose: the assertions that name identifiers, on either side
// Params: keys (identifier keys)
// Returns: decision (properties; at in ms)
// Locks: none
UNWIND $keys AS key
CALL (key) {
  MATCH (d:Assertion {a: key}) USING INDEX SEEK d:Assertion(a)
  RETURN d
  UNION
  MATCH (d:Assertion {b: key}) USING INDEX SEEK d:Assertion(b)
  RETURN d
}
WITH DISTINCT d
RETURN d {.id, .by, .reason, .verdict, .a, .b, at: d.at.epochMillis} AS decision
