/**
 * A digest of a blocking key, a whole number below 2^52: records of one block may be one customer's. Odd where the block is
 * loose: the more records there are, the more strangers share it.
 */
export type Block = number

/** How many records may be in a block that still proposes pairs: `maxBlock`, of a loose (odd) one a third of it. */
export function mostIn(block: Block, maxBlock: number): number {
  return block % 2 === 1 ? Math.max(2, Math.ceil(maxBlock / 3)) : maxBlock
}

/** `mostIn` of each of some blocks. */
export function limitsOf(blocks: Iterable<Block>, maxBlock: number): Map<Block, { readonly most: number }> {
  return new Map(Iterator.from(blocks).map((block) => [block, { most: mostIn(block, maxBlock) }]))
}

/** The blocks of a set of records that propose pairs: those that at least two and at most `mostIn` of them share. */
export interface ActiveBlocks {
  /** The block of a number. */
  block(number: number): Block
  isActive(block: Block): boolean
  /** Every pair of records with an active block in common, once, the lesser first, with all such blocks' numbers. */
  pairs(): Generator<ProposedPair>
}

interface ProposedPair {
  readonly a: number
  readonly b: number
  /** Numbers of the blocks that propose it, ascending; not empty. */
  readonly shared: readonly number[]
}

/**
 * Finds the active blocks of records, each given by its distinct blocks. In flat arrays, about 40 bytes a block of a
 * record, so that millions of records fit; pairs are told one after another and not kept.
 */
export function activeBlocks(blocksOf: readonly (readonly Block[])[], maxBlock: number): ActiveBlocks {
  const active = blocksShared(blocksOf, maxBlock)
  const numberOf = (block: Block) => indexIn(active, block)
  const own = slots(blocksOf.length, function* () {
    for (const [record, blocks] of blocksOf.entries()) {
      for (const block of blocks) {
        const number = numberOf(block)
        if (number >= 0) yield [record, number]
      }
    }
  })
  for (let record = 0; record < blocksOf.length; record += 1) own(record).sort()
  const members = slots(active.length, function* () {
    for (let record = 0; record < blocksOf.length; record += 1) for (const number of own(record)) yield [number, record]
  })
  return {
    block: (number) => active[number] ?? Number.NaN,
    isActive: (block) => numberOf(block) >= 0,
    *pairs() {
      for (let number = 0; number < active.length; number += 1) {
        const block = members(number)
        for (const [at, a] of block.entries()) {
          for (const b of block.subarray(at + 1)) {
            const shared = inBoth(own(a), own(b))
            // Told by the first block that proposes it.
            if (shared[0] === number) yield { a, b, shared }
          }
        }
      }
    },
  }
}

/** The blocks that two to `mostIn` records have, ascending. */
function blocksShared(blocksOf: readonly (readonly Block[])[], maxBlock: number): Float64Array {
  const all = new Float64Array(blocksOf.reduce((sum, blocks) => sum + blocks.length, 0))
  let at = 0
  for (const blocks of blocksOf) for (const block of blocks) all[at++] = block
  all.sort()
  let count = 0
  for (let start = 0; start < all.length; ) {
    let end = start + 1
    while (end < all.length && all[end] === all[start]) end += 1
    // In place: what is kept never overtakes what is read.
    if (end - start >= 2 && end - start <= mostIn(all[start] ?? 0, maxBlock)) all[count++] = all[start] ?? 0
    start = end
  }
  return all.slice(0, count)
}

/** Numbers by slot, in two arrays; `pairs` tells slot and number, the same each time it is asked. */
function slots(count: number, pairs: () => Iterable<readonly [slot: number, value: number]>) {
  const starts = new Uint32Array(count + 1)
  for (const [slot] of pairs()) starts[slot + 1] = (starts[slot + 1] ?? 0) + 1
  for (let slot = 0; slot < count; slot += 1) starts[slot + 1] = (starts[slot + 1] ?? 0) + (starts[slot] ?? 0)
  const values = new Uint32Array(starts[count] ?? 0)
  const next = starts.slice()
  for (const [slot, value] of pairs()) {
    const at = next[slot] ?? 0
    values[at] = value
    next[slot] = at + 1
  }
  return (slot: number) => values.subarray(starts[slot], starts[slot + 1])
}

function indexIn(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length - 1]
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = sorted[middle] ?? 0
    if (found === value) return middle
    if (found < value) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** What two ascending lists have in common. */
function inBoth(a: Uint32Array, b: Uint32Array): number[] {
  const both: number[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [x, y] = [a[i] ?? 0, b[j] ?? 0]
    if (x === y) both.push(x)
    if (x <= y) i += 1
    if (y <= x) j += 1
  }
  return both
}
