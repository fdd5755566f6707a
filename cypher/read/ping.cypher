// Purpose: whether the store answers
// Params: none
// Returns: answer
// Locks: none
RETURN 1 AS answer
