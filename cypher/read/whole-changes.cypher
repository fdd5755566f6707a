// Purpose: what notes of changes say, once all that was changed with them can be read
// Params: ids (element ids)
// Returns: tags (bytes, one a note), now (ms, the clock of the store)
// Locks: shared on each note, to the end of the transaction: whoever is still being committed holds them
UNWIND $ids AS id
MATCH (c)
WHERE elementId(c) = id
WITH collect(c) AS changes
CALL apoc.lock.read.nodes(changes)
RETURN [c IN changes | c.tags] AS tags, datetime.realtime().epochMillis AS now
