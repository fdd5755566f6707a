import type { Graph } from '../graph/graph.ts'

/**
 * The distinct segments (up to the next colon) that identifier keys of this prefix go on with, in order: the kinds
 * after '', the scopes of a kind after `kind:`. Leaps through the index, one seek each, however many keys there are.
 */
export async function segmentsAfter(prefix: string, { graph, atMost }: { graph: Graph; atMost: number }) {
  const segments: string[] = []
  // ';' follows ':' in the order of characters, '{' follows 'z', the last that a kind begins with.
  const below = prefix === '' ? '{' : `${prefix.slice(0, -1)};`
  let from = prefix
  while (segments.length < atMost) {
    const [next] = await graph.read<{ key: string }>('read/next-key', { from, below })
    if (next === undefined) break
    const segment = next.key.slice(prefix.length).split(':', 1)[0] ?? ''
    segments.push(segment)
    from = `${prefix}${segment};`
  }
  return segments
}
