// Purpose: every withdrawal or reinstatement in force, and how many other decisions there are
// Params: none
// Returns: withdrawals (properties; at in ms), assertions, overrides (numbers)
// Locks: none
// Scans: withdrawals are few, and every batch must know them all; the numbers come from the count store
CALL () {
  MATCH (d:Withdrawal)
  RETURN collect(d {.id, .by, .reason, .verdict, .scope, at: d.at.epochMillis}) AS withdrawals
}
CALL () {
  MATCH (d:Assertion)
  RETURN count(d) AS assertions
}
CALL () {
  MATCH (d:Override)
  RETURN count(d) AS overrides
}
RETURN withdrawals, assertions, overrides
