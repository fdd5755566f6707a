import type { Graph } from '../../graph/graph.ts'
import { eachRecord, type StoredRow } from '../../graph/rebuild-reads.ts'
import type { CurrentRow } from '../../graph/rebuild-writes.ts'
import type { Block } from '../../identity/active-blocks.ts'
import type { RecordEvidence } from '../../identity/evidence.ts'
import type { PackedFacts, RecordNow } from '../../identity/packed-facts.ts'
import { canonicalJson } from '../../identity/policy.ts'
import type { Matching } from '../../identity/resolve.ts'
import type { BlockedRecord } from '../../identity/scoring.ts'
import { SHOWN_TRAITS } from '../../identity/shown-traits.ts'
import { differingFields, type Findings } from './findings.ts'

export interface ComparedRecords {
  /** As they are to be. */
  readonly differing: CurrentRow[]
  /** What records say now, with their blocks. */
  readonly current: BlockedRecord[]
}

/** Tells the facts every record, and finds the current rows that are not what their versions make them: as they are to be. */
export async function compareRecords(
  graph: Graph,
  facts: PackedFacts,
  { matching, findings }: { readonly matching: Matching; readonly findings: Findings },
  onRow: () => void,
): Promise<ComparedRecords> {
  const differing: CurrentRow[] = []
  const current: BlockedRecord[] = []
  findings.parts.records.checked = await eachRecord(graph, (record, stored) => {
    onRow()
    const now = facts.addRecord(record)
    const blocks = now.current === undefined ? [] : matching.blocksOf(now.current)
    if (now.current !== undefined) current.push({ record: now.current, blocks })
    const row = currentRow(record, now, blocks)
    const fields = differingFields(comparison(stored, row))
    if (fields.length === 0) return
    differing.push(row)
    findings.differs('records', { key: record.key, difference: 'different', fields })
  })
  return { differing, current }
}

function currentRow(
  record: RecordEvidence,
  { current, claims, version }: RecordNow,
  blocks: readonly Block[],
): CurrentRow {
  return {
    key: record.key,
    account: record.account,
    observedAt: current?.observedAt,
    fields: canonicalJson(current?.fields ?? {}),
    claims: [...claims].sort(),
    current: version === undefined ? null : `${record.key}|${version}`,
    shown: SHOWN_TRAITS.map(({ path }) => current?.fields[path]?.value ?? null),
    blocks,
  }
}

function comparison(stored: StoredRow, row: CurrentRow) {
  return {
    observedAt: [stored.observedAt, row.observedAt],
    fields: [stored.fields, row.fields],
    claims: [stored.claims, row.claims],
    current: [stored.current, row.current],
    shown: [stored.shown, row.shown],
    about: [stored.about, [row.account]],
    // In whatever order.
    blocks: [stored.blocks.toSorted(), row.blocks.toSorted()],
  } as const
}
