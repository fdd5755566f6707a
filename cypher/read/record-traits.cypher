// Purpose: the traits of a record in order of their names, for GraphQL
// Params: this (a record)
// Returns: trait (a map of name, value, observedAt)
// Locks: none
WITH apoc.convert.fromJsonMap(coalesce(this.fields, '{}')) AS fields
UNWIND keys(fields) AS name
WITH name, fields[name] AS field ORDER BY name
RETURN {name: name, value: field.value, observedAt: datetime({epochMillis: toInteger(field.observedAt)})} AS trait
