// Purpose: the decisions in force about subjects
// Params: keys (subjects)
// Returns: decision (properties; at in ms)
// Locks: none
UNWIND $keys AS key
MATCH (d:Decision {key: key}) USING INDEX SEEK d:Decision(key)
RETURN d {.id, .by, .reason, .verdict, .decision, .a, .b, .identifier, .scope, at: d.at.epochMillis} AS decision
