/** A row of either side, under a key that occurs once a side. `content` is text that is equal where the rows are. */
export interface Keyed {
  readonly key: string
  readonly content: Readonly<Record<string, unknown>>
}

/** `missing`: only the graph has it; `stray`: only the warehouse; `different`: both, and `fields` differ. */
interface Difference {
  readonly key: string
  readonly difference: 'missing' | 'stray' | 'different'
  readonly fields: readonly string[]
}

export interface Comparison {
  /** Rows a side. */
  readonly graph: number
  readonly warehouse: number
  /** How many keys differ. */
  readonly differences: number
  /** The first of them. */
  readonly listed: readonly Difference[]
}

/** Compares two streams in the order of keys (see `compareUtf8`) in one pass; remembers at most `limit` differences. */
export async function compareSorted(
  graph: AsyncIterable<Keyed>,
  warehouse: AsyncIterable<Keyed>,
  limit: number,
): Promise<Comparison> {
  const result = { graph: 0, warehouse: 0, differences: 0, listed: [] as Difference[] }
  const differs = (key: string, difference: Difference['difference'], fields: readonly string[] = []) => {
    result.differences += 1
    if (result.listed.length < limit) result.listed.push({ key, difference, fields })
  }
  const left = graph[Symbol.asyncIterator]()
  const right = warehouse[Symbol.asyncIterator]()
  try {
    let [a, b] = await Promise.all([left.next(), right.next()])
    while (!a.done || !b.done) {
      const order = a.done ? 1 : b.done ? -1 : compareUtf8(a.value.key, b.value.key)
      if (order === 0) {
        const fields = differingFields(a.value.content, b.value.content)
        if (fields.length > 0) differs(a.value.key, 'different', fields)
      } else if (order < 0) differs(a.value.key, 'missing')
      else differs(b.value.key, 'stray')
      if (order <= 0) {
        result.graph += 1
        a = await left.next()
      }
      if (order >= 0) {
        result.warehouse += 1
        b = await right.next()
      }
    }
  } finally {
    await Promise.all([left.return?.(), right.return?.()])
  }
  return result
}

function differingFields(a: Keyed['content'], b: Keyed['content']): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (field) => JSON.stringify(a[field]) !== JSON.stringify(b[field]),
  )
}

/**
 * The order of Neo4j's indexes and of DuckDB: that of UTF-8 bytes. It differs from JavaScript's own, by UTF-16 code
 * units, where a surrogate (of a character beyond U+FFFF) meets a unit from U+E000 on.
 */
export function compareUtf8(a: string, b: string): number {
  const end = Math.min(a.length, b.length)
  for (let at = 0; at < end; at += 1) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** A code unit's place when surrogates come after all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
