// Purpose: how many neighbours of each kind an identifier has, whatever their status
// Params: key (identifier key)
// Returns: kind, neighbours
// Locks: none
MATCH (i:Identifier {key: $key}) USING INDEX SEEK i:Identifier(key)
MATCH (i)-[o:OBSERVED]-(n)
WHERE o.firstSeen IS NOT NULL
RETURN n.kind AS kind, count(*) AS neighbours
ORDER BY neighbours DESC, kind
