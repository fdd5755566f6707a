// Purpose: former customers with what they held, and records with what they are about, read by nobody before
// Params: rows (labels, properties, type, ends (identifier keys))
// Returns: nothing
// Locks: the new nodes and the identifiers, in the order of the rows
UNWIND $rows AS row
CREATE (n:$(row.labels))
SET n = row.properties
WITH n, row
UNWIND row.ends AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
CREATE (n)-[:$(row.type)]->(i)
