import type { Graph } from '../../graph/graph.ts'
import { eachBlockEntry } from '../../graph/rebuild-reads.ts'
import type { BlockEntry } from '../../graph/scoring-writes.ts'
import type { Block } from '../../identity/active-blocks.ts'
import type { BlockedRecord } from '../../identity/scoring.ts'
import type { RecordKey } from '../../identity/types.ts'
import type { Findings } from './findings.ts'

/** Places in blocks that are to go and to come. */
export interface BlockDamage {
  readonly left: BlockEntry[]
  readonly entered: BlockEntry[]
}

/** Finds the places of records in blocks that the graph lacks, and those that it holds beyond what records say. */
export async function compareBlocks(
  graph: Graph,
  records: readonly BlockedRecord[],
  findings: Findings,
  onRow: () => void,
): Promise<BlockDamage> {
  const missing = new Map<RecordKey, Block[]>(records.map(({ record, blocks }) => [record.key, [...blocks]]))
  const stray = new Map<string, BlockEntry>()
  findings.parts.blocks.checked = await eachBlockEntry(graph, (block, record) => {
    onRow()
    const wanted = missing.get(record)
    const at = wanted?.indexOf(block) ?? -1
    if (at >= 0) wanted?.splice(at, 1)
    else stray.set(`${block} ${record}`, [block, record])
  })
  const entered = [...missing].flatMap(([record, blocks]) => blocks.map((block): BlockEntry => [block, record]))
  const left = [...stray.values()]
  // One that stands there twice goes as both: it is to come again once.
  const blocksOf = new Map(left.length === 0 ? [] : records.map(({ record, blocks }) => [record.key, blocks]))
  const twice = left.filter(([block, record]) => blocksOf.get(record)?.includes(block))
  const report = (entries: readonly BlockEntry[], difference: 'missing' | 'stray') => {
    for (const [block, record] of entries)
      findings.differs('blocks', { key: `${record} in ${block}`, difference, fields: [] })
  }
  report(left, 'stray')
  report(entered, 'missing')
  return { left, entered: [...entered, ...twice] }
}
