// Purpose: what a transaction changes, written with it, so that whoever remembers answers forgets those that it touches
// Params: tags (bytes: six a tag, see src/graph/change-notes.ts; none: everything may have changed)
// Returns: nothing
// Locks: the new node
// The clock of the store, read as late as can be: whoever asks what is new asks by that clock.
CREATE (:Change {at: datetime.realtime().epochMillis, tags: $tags})
