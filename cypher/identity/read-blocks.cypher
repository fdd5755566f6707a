// Purpose: the records of blocks, as far as so many are of interest
// Params: rows (JSON, lists: block, most), limit (the greatest of all `most`, and one)
// Returns: block, records (record keys; null where there are more than `most`); no row for a block without records
// Locks: none
UNWIND apoc.convert.fromJsonList($rows) AS row
WITH row, COLLECT {
  MATCH (e:BlockEntry) USING INDEX SEEK e:BlockEntry(block, record)
  WHERE e.block = row[0] AND e.record IS NOT NULL
  RETURN e.record LIMIT $limit
} AS records
WHERE size(records) > 0
RETURN row[0] AS block, CASE WHEN size(records) > row[1] THEN null ELSE records END AS records
