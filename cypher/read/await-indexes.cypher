// Purpose: waits until every index serves
// Params: none
// Returns: nothing
// Locks: none
CALL db.awaitIndexes(60)
