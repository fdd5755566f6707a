// Purpose: the identifier at the other end of a link, for GraphQL
// Params: this (a map that a link was returned as)
// Returns: neighbour
// Locks: none
RETURN this.neighbour AS neighbour
