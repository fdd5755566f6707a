// Purpose: what people decided about an identifier and others, the latest first, for GraphQL
// Params: this (an identifier), limit
// Returns: asserted (a map: the decision and its neighbour)
// Locks: none
MATCH (this)-[link:SAME_AS|NOT_SAME_AS]-(neighbour)
WITH link, neighbour ORDER BY link.at DESC, neighbour.key
LIMIT CASE WHEN $limit > 100 THEN 100 WHEN $limit < 0 THEN 0 ELSE toInteger($limit) END
RETURN {
  verdict: CASE type(link) WHEN 'SAME_AS' THEN 'same' ELSE 'not_same' END, id: link.id, by: link.by, at: link.at,
  reason: link.reason, refused: coalesce(link.refused, false), neighbour: neighbour
} AS asserted
