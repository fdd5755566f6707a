// Purpose: every decision in force, for a rebuild
// Params: none
// Returns: decision (properties; at in ms)
// Locks: none
// Scans: a rebuild reads the whole graph
MATCH (d:Decision)
RETURN d {.id, .by, .reason, .verdict, .decision, .a, .b, .identifier, .scope, at: d.at.epochMillis} AS decision
