import type { Block } from '../identity/active-blocks.ts'
import { compareKeys, pairOf } from '../identity/keys.ts'
import type { ScoredLink } from '../identity/links.ts'
import type { PairKey, RecordKey } from '../identity/types.ts'
import type { Transaction } from './graph.ts'
import { saveRefused } from './identity-writes.ts'
import { runRows } from './rows.ts'

/** A record's place in a block. */
export type BlockEntry = readonly [block: Block, record: RecordKey]

/** Records leave blocks and come into others. */
export async function saveBlockEntries(
  tx: Transaction,
  { left = [], entered = [] }: { readonly left?: readonly BlockEntry[]; readonly entered?: readonly BlockEntry[] },
): Promise<void> {
  const inBlocks = (entries: readonly BlockEntry[]) =>
    entries.toSorted(([a, one], [b, other]) => a - b || compareKeys(one, other))
  await Promise.all([
    runRows(tx, 'identity/delete-block-entries', inBlocks(left)),
    runRows(tx, 'identity/create-block-entries', inBlocks(entered)),
  ])
}

/** What is scored otherwise than before: of each pair what stood there, and what it is now. */
export async function saveScores(
  tx: Transaction,
  changes: ReadonlyMap<PairKey, { readonly before: object | undefined; readonly now: ScoredLink | undefined }>,
  model: string,
): Promise<void> {
  const sorted = [...changes].sort(([a], [b]) => compareKeys(a, b))
  const written = (isNew: boolean) =>
    sorted.flatMap(([, { before, now }]) =>
      now !== undefined && (before === undefined) === isNew ? [scoreRow(now, model)] : [],
    )
  await Promise.all([
    deleteScores(
      tx,
      sorted.flatMap(([pair, { now }]) => (now === undefined ? [pair] : [])),
    ),
    runRows(tx, 'identity/save-scored', written(false)),
    runRows(tx, 'identity/create-scored', written(true)),
  ])
}

/** Draws scored links anew, whatever stands there; undefined: none. */
export async function redrawScores(
  tx: Transaction,
  scores: ReadonlyMap<PairKey, { readonly link: ScoredLink; readonly refused: boolean } | undefined>,
  model: string,
): Promise<void> {
  const sorted = [...scores].sort(([a], [b]) => compareKeys(a, b))
  const drawn = sorted.flatMap(([pair, score]) => (score === undefined ? [] : [{ pair, ...score }]))
  await deleteScores(
    tx,
    sorted.map(([pair]) => pair),
  )
  await runRows(
    tx,
    'identity/create-scored',
    drawn.map(({ link }) => scoreRow(link, model)),
  )
  await saveRefused(tx, 'scored', new Map(drawn.flatMap(({ pair, refused }) => (refused ? [[pair, true]] : []))))
}

function scoreRow({ a, b, probability, weight }: ScoredLink, model: string) {
  return { a, b, probability, weight, model }
}

async function deleteScores(tx: Transaction, pairs: readonly PairKey[]): Promise<void> {
  const rows = pairs.map((pair) => {
    const [a, b] = pairOf(pair)
    return { a, b }
  })
  await runRows(tx, 'identity/delete-scored', rows)
}
