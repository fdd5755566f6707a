// Purpose: accounts scored alike for the first time
// Params: rows (JSON: a, b, probability, weight (bits), model)
// Returns: nothing
// Locks: both identifiers, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (a:Identifier {key: row.a}) USING INDEX SEEK a:Identifier(key)
MATCH (b:Identifier {key: row.b}) USING INDEX SEEK b:Identifier(key)
CREATE (a)-[:SCORED {probability: toFloat(row.probability), weight: toFloat(row.weight), model: row.model}]->(b)
