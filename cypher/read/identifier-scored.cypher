// Purpose: the scored links of an account, the likeliest first, for GraphQL
// Params: this (an identifier), limit
// Returns: scored (a map: the link's properties and its neighbour)
// Locks: none
MATCH (this)-[link:SCORED]-(neighbour)
WITH link, neighbour ORDER BY link.probability DESC, neighbour.key
LIMIT CASE WHEN $limit > 100 THEN 100 WHEN $limit < 0 THEN 0 ELSE toInteger($limit) END
RETURN {
  probability: link.probability, weight: link.weight, model: link.model, refused: coalesce(link.refused, false),
  neighbour: neighbour
} AS scored
