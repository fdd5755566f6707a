import type { Graph } from './graph.ts'

/** A partition of a topic of a cluster. */
export interface IngestPlace {
  readonly cluster: string
  readonly topic: string
  readonly partition: number
}

export interface ResumeOffset extends IngestPlace {
  /** The next offset to read, a decimal number. */
  readonly offset: string
  /** What stands there at least, as far as the writer knows. Where it is less, nothing is committed. */
  readonly notBefore?: string
}

/** Where the graph stands: see cypher/read/ingest-standing.cypher. */
export interface Standing {
  readonly epoch: number
  readonly offsets: readonly { readonly topic: string; readonly partition: number; readonly offset: number }[]
}

export function offsetKey({ cluster, topic, partition }: IngestPlace): string {
  return `${cluster}/${topic}/${partition}`
}

/** The epoch of the evidence, and the offsets of those of the places that the graph has heard of. */
export async function readStanding(graph: Pick<Graph, 'read'>, places: readonly IngestPlace[]): Promise<Standing> {
  const [row] = await graph.read<Standing & object>('read/ingest-standing', { keys: places.map(offsetKey) })
  return row ?? { epoch: 0, offsets: [] }
}
