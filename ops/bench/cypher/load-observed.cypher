// Purpose: pairs seen together as a resolver leaves them, read by nobody before
// Params: rows (JSON: a, b, properties (all but times), firstSeen (ms), lastSeen (ISO date))
// Returns: nothing
// Locks: both identifiers, in the order of the rows
UNWIND apoc.convert.fromJsonList($rows) AS row
MATCH (a:Identifier {key: row.a}) USING INDEX SEEK a:Identifier(key)
MATCH (b:Identifier {key: row.b}) USING INDEX SEEK b:Identifier(key)
CREATE (a)-[o:OBSERVED]->(b)
SET o = row.properties, o.firstSeen = datetime({epochMillis: row.firstSeen}), o.lastSeen = date(row.lastSeen)
