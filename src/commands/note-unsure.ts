import { type Graph, int } from '../graph/graph.ts'
import { pairKey } from '../identity/keys.ts'
import type { Verdict } from './assert-pair.ts'

/** Keeps that somebody looked at a pair and could not tell: it is asked about last, and no customer changes. */
export async function noteUnsure(graph: Graph, { a, b, by, reason, at }: Omit<Verdict, 'verdict'>): Promise<void> {
  const params = { pair: pairKey(a, b), by, reason, at: int(at) }
  await graph.write((tx) => tx.run('identity/note-unsure', params))
}
