// Purpose: every withdrawal or reinstatement in force
// Params: none
// Returns: decision (properties; at in ms)
// Locks: none
// Scans: withdrawals are few, and every batch must know them all
MATCH (d:Withdrawal)
RETURN d {.id, .by, .reason, .verdict, .scope, at: d.at.epochMillis} AS decision
