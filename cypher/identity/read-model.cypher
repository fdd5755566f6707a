// Purpose: a model by its name
// Params: name
// Returns: text (JSON, see src/matching/model-text.ts)
// Locks: none
MATCH (m:Model {name: $name}) USING INDEX SEEK m:Model(name)
RETURN m.text AS text
