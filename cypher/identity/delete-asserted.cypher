// Purpose: takes away the relationships of assertions, to be drawn anew from those in force
// Params: pairs (lists of two identifier keys, the lesser first)
// Returns: nothing
// Locks: the identifiers and relationships, in the order of the pairs
UNWIND $pairs AS pair
MATCH (a:Identifier {key: pair[0]}) USING INDEX SEEK a:Identifier(key)
MATCH (b:Identifier {key: pair[1]}) USING INDEX SEEK b:Identifier(key)
// In a subquery, so that neither end's links are walked: either may be a hub.
CALL (a, b) {
  MATCH (a)-[s:SAME_AS|NOT_SAME_AS]->(b)
  RETURN s
}
DELETE s
