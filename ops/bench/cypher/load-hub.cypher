// Purpose: a shared phone with many neighbours, as a till leaves it whose clerk types the shop's number
// Params: key (of the phone), value, neighbours
// Returns: nothing
// Locks: the new nodes
CREATE (hub:Identifier:Phone {key: $key, kind: 'phone', value: $value, status: 'shared',
  firstSeen: datetime('2025-01-01T00:00:00Z'), lastSeen: date('2025-12-31'), supports: ['pos|']})
WITH hub
UNWIND range(1, $neighbours) AS n
CREATE (:Identifier:PosAccount {key: 'pos_account:hub:' + n, kind: 'pos_account', value: 'hub:' + n, status: 'linking',
  firstSeen: datetime('2025-01-01T00:00:00Z'), lastSeen: date('2025-12-31'), supports: ['pos|']})-[:OBSERVED
  {firstSeen: datetime('2025-01-01T00:00:00Z'), lastSeen: date('2025-12-31'), supports: ['pos|']}]->(hub)
