// Purpose: a page of the identifiers that a source, load or record supports, themselves or by a pair
// Params: after (identifier key), support (`source` or `source|load`), limit
// Returns: key
// Locks: none
// Scans: a withdrawal is rare and concerns the whole graph; the pages walk the index of keys once
MATCH (i:Identifier)
WHERE i.key > $after AND (
  any(s IN i.supports WHERE s = $support OR s STARTS WITH $support + '|')
  OR EXISTS { (i)-[o:OBSERVED]-() WHERE any(s IN o.supports WHERE s = $support OR s STARTS WITH $support + '|') })
RETURN i.key AS key
ORDER BY i.key
LIMIT $limit
