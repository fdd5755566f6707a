// Purpose: a page of the links of an identifier, for GraphQL. Cut before it is sorted: a hub must cost what is shown
// Params: this (an identifier), limit, offset
// Returns: observed (a map: the link's properties and its neighbour)
// Locks: none
MATCH (this)-[link:OBSERVED]-(neighbour)
WITH link, neighbour
SKIP CASE WHEN $offset < 0 THEN 0 ELSE toInteger($offset) END
LIMIT CASE WHEN $limit > 100 THEN 100 WHEN $limit < 0 THEN 0 ELSE toInteger($limit) END
WITH link, neighbour ORDER BY neighbour.key
RETURN {
  firstSeen: link.firstSeen, lastSeen: link.lastSeen, refused: coalesce(link.refused, false), neighbour: neighbour,
  sources: apoc.coll.sort(apoc.coll.toSet([support IN coalesce(link.supports, []) | split(support, '|')[0]]))
} AS observed
