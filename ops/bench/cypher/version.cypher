// Purpose: the version of the server
// Params: none
// Returns: version
// Locks: none
CALL dbms.components() YIELD name, versions
WHERE name = 'Neo4j Kernel'
RETURN versions[0] AS version
