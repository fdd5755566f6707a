import type { Graph } from '../../graph/graph.ts'
import { eachRecord, type StoredRow } from '../../graph/rebuild-reads.ts'
import type { CurrentRow } from '../../graph/rebuild-writes.ts'
import type { RecordEvidence } from '../../identity/evidence.ts'
import type { PackedFacts, RecordNow } from '../../identity/packed-facts.ts'
import { canonicalJson } from '../../identity/policy.ts'
import { SHOWN_TRAITS } from '../../identity/shown-traits.ts'
import { differingFields, type Findings } from './findings.ts'

/** Tells the facts every record, and finds the current rows that are not what their versions make them: as they are to be. */
export async function compareRecords(
  graph: Graph,
  facts: PackedFacts,
  findings: Findings,
  onRow: () => void,
): Promise<CurrentRow[]> {
  const differing: CurrentRow[] = []
  findings.parts.records.checked = await eachRecord(graph, (record, stored) => {
    onRow()
    const row = currentRow(record, facts.addRecord(record))
    const fields = differingFields(comparison(stored, row))
    if (fields.length === 0) return
    differing.push(row)
    findings.differs('records', { key: record.key, difference: 'different', fields })
  })
  return differing
}

function currentRow(record: RecordEvidence, { current, claims, version }: RecordNow): CurrentRow {
  return {
    key: record.key,
    account: record.account,
    observedAt: current?.observedAt,
    fields: canonicalJson(current?.fields ?? {}),
    claims: [...claims].sort(),
    current: version === undefined ? null : `${record.key}|${version}`,
    shown: SHOWN_TRAITS.map(({ path }) => current?.fields[path]?.value ?? null),
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
  } as const
}
