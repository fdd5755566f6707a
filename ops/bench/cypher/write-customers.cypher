// Purpose: customers whole: with their members and the pairs of these, read by nobody before
// Params: rows (labels, properties, members (labels, properties), pairs (a, b (places among the members), properties))
// Returns: nothing
// Locks: the new nodes
UNWIND $rows AS row
CREATE (c:$(row.labels))
SET c = row.properties
WITH c, row
CALL (c, row) {
  UNWIND row.members AS member
  CREATE (i:$(member.labels))-[:IDENTIFIES]->(c)
  SET i = member.properties
  RETURN collect(i) AS members
}
CALL (row, members) {
  UNWIND row.pairs AS pair
  WITH pair, members[pair.a] AS a, members[pair.b] AS b
  CREATE (a)-[o:OBSERVED]->(b)
  SET o = pair.properties
}
