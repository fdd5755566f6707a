// Purpose: what a component too large for the slow path leaves as it was, until a rebuild
// Params: keys (identifier keys), ids (customer ids)
// Returns: nothing
// Locks: the identifiers and customers, in the order given
CALL () {
  UNWIND $keys AS key
  MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
  SET i:Unresolved
}
CALL () {
  UNWIND $ids AS id
  MATCH (c:Customer {id: id}) USING INDEX SEEK c:Customer(id)
  SET c:Unresolved
}
