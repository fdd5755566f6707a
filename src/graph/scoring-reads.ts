import type { Block } from '../identity/active-blocks.ts'
import type { Description } from '../identity/facts.ts'
import { pairKey } from '../identity/keys.ts'
import type { ScoredLink } from '../identity/links.ts'
import type { IdentifierKey, PairKey, RecordKey } from '../identity/types.ts'
import { int, type Transaction } from './graph.ts'
import { jsonRows, runFor } from './rows.ts'

/** A scored link as it was last committed. */
export interface StoredScore extends ScoredLink {
  readonly model: string
  readonly refused: boolean
}

/** The records of blocks: `many` where there are more than `most`; a block without records is absent. */
export async function readBlocks(
  tx: Transaction,
  blocks: ReadonlyMap<Block, { readonly most: number }>,
): Promise<Map<Block, readonly RecordKey[] | 'many'>> {
  if (blocks.size === 0) return new Map()
  // Ascending, so that the index is walked and not jumped about in.
  const rows = [...blocks].map(([block, { most }]) => [block, most] as const).sort(([a], [b]) => a - b)
  const limit = 1 + rows.reduce((greatest, [, most]) => Math.max(greatest, most), 0)
  type Row = { block: Block; records: RecordKey[] | null }
  const found = await tx.run<Row>('identity/read-blocks', {
    rows: jsonRows(rows),
    limit: int(limit),
  })
  return new Map(found.map(({ block, records }) => [block, records ?? 'many']))
}

/** What these records say. */
export function readDescriptions(tx: Transaction, records: Iterable<RecordKey>): Promise<Description[]> {
  return described(tx, 'identity/read-descriptions', records)
}

/** What is said about the accounts that these records are about. */
export function readAccountsOf(tx: Transaction, records: Iterable<RecordKey>): Promise<Description[]> {
  return described(tx, 'identity/read-accounts-of', records)
}

async function described(tx: Transaction, statement: string, records: Iterable<RecordKey>): Promise<Description[]> {
  type Row = Omit<Description, 'fields'> & { fields: string }
  const rows = await runFor<Row>(tx, statement, records)
  return rows.map(({ key, account, fields }) => ({ key, account, fields: JSON.parse(fields) }))
}

/** What is scored alike with accounts. */
export async function readScores(
  tx: Transaction,
  accounts: Iterable<IdentifierKey>,
): Promise<Map<PairKey, StoredScore>> {
  const rows = await runFor<StoredScore>(tx, 'identity/read-scored', accounts)
  return new Map(rows.map((score) => [pairKey(score.a, score.b), score]))
}
