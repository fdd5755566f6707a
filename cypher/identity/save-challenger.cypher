// Purpose: a model that waits to be promoted; the one that waited before is gone
// Params: name, text (JSON), at (ms), records (how many it has learned from)
// Returns: nothing
// Locks: the models that are no champion; the lock of resolvers is held, shared
// Scans: models are few
CALL () {
  MATCH (old:Model {role: 'challenger'})
  DELETE old
}
MERGE (m:Model {name: $name})
  ON CREATE SET m.role = 'challenger', m.at = datetime({epochMillis: $at}), m.records = $records
// Written again: who holds one that cannot be read learns it anew.
SET m.text = $text
