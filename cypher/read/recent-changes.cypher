// Purpose: the notes of changes of late
// Params: window (ms)
// Returns: ids (element ids), now (ms, the clock of the store)
// Locks: none
WITH datetime.realtime().epochMillis AS now
OPTIONAL CALL (now) {
  MATCH (c:Change)
  USING INDEX SEEK c:Change(at)
  WHERE c.at > now - $window
  RETURN collect(elementId(c)) AS ids
}
RETURN ids, now
