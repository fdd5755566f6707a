// Purpose: scored links by their probability: those that a person should look at
// Params: none
// Returns: nothing
// Locks: the schema, for a moment
CREATE INDEX scored_probability IF NOT EXISTS FOR ()-[s:SCORED]-() ON (s.probability)
