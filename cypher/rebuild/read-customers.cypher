// Purpose: every customer as the graph holds it; the members come with read-identifiers
// Params: none
// Returns: id, version, size, anchor, digest, firstSeen (ms), lastSeen (ISO date), golden (JSON), provenance (JSON),
//   contested, unresolved, tenures (JSON), shown (the traits that nodes show, see shown-traits.ts)
// Locks: none
// Scans: a rebuild reads the whole graph
MATCH (c:Customer)
RETURN c.id AS id, c.version AS version, c.size AS size, c.anchor AS anchor, c.digest AS digest,
  c.firstSeen.epochMillis AS firstSeen, toString(c.lastSeen) AS lastSeen, c.golden AS golden,
  c.provenance AS provenance, c.contested AS contested, c:Unresolved AS unresolved, c.tenures AS tenures,
  [c.name, c.firstName, c.lastName, c.email, c.phone, c.birthday, c.gender, c.street, c.city, c.state, c.postalCode,
    c.country] AS shown
