// Purpose: the model by which records are matched from now on; the one before stays, retired
// Params: name
// Returns: name
// Locks: the one ResolverLock node, alone; the models
// Scans: models are few
MATCH (m:Model {name: $name}) USING INDEX SEEK m:Model(name)
CALL () {
  MATCH (old:Model {role: 'champion'})
  SET old.role = 'retired'
}
SET m.role = 'champion'
MERGE (l:ResolverLock {key: 'resolver'})
SET l.model = $name
RETURN m.name AS name
