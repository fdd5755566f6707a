// Purpose: the golden record of a customer, field by field, for GraphQL
// Params: this (a customer)
// Returns: field (a map of field, value, from)
// Locks: none
WITH apoc.convert.fromJsonMap(coalesce(this.golden, '{}')) AS golden,
  apoc.convert.fromJsonMap(coalesce(this.provenance, '{}')) AS provenance
UNWIND keys(golden) AS name
WITH name, golden, provenance ORDER BY name
RETURN {field: name, value: golden[name], from: provenance[name]} AS field
