import { setTimeout } from 'node:timers/promises'
import { SelfsameError } from '../src/errors.ts'
import { gather } from '../src/gather.ts'
import type { Graph } from '../src/graph/graph.ts'
import { type IngestPlace, offsetKey, type ResumeOffset, readStanding } from '../src/graph/ingest-offsets.ts'
import type { Place, Position } from '../src/kafka.ts'

/** Where the graph stood when it was asked. */
export interface Look {
  readonly epoch: number
  /** Positions of partitions that are behind what this process knows to have stood there: the graph went back. */
  readonly behind: readonly Position[]
}

/**
 * What this process knows of the resume offsets in the graph. They only grow while it reads a partition, so one that
 * is less than what it wrote tells that an older backup was restored beneath it.
 */
export interface GraphPositions {
  /** The graph's own positions of partitions just assigned: these are watched from now on, and no others. */
  resumeAt(assigned: readonly Place[]): Promise<Position[]>
  /** Asks the graph about every partition watched; who asks meanwhile shares the next answer. */
  look(): Promise<Look>
  /** What stands in the graph for the partition, as far as is known. */
  known(place: Place): string
  /** Takes note of what the graph holds now. */
  wrote(offset: ResumeOffset): void
  /** Reading begins again there. */
  rewound(position: Position): void
  /** Whether so much time has passed since the offset was written that a new start would read much again. */
  isDue(place: Place): boolean
}

/** How far the offset in the graph may lag behind where nothing new is committed. */
const DUE_MS = 5000
/** After which a connection counts as one that has died in silence, and the next look takes another. */
const LONGEST_SILENCE_MS = 10_000

export function createGraphPositions(graph: Pick<Graph, 'read'>, cluster: string): GraphPositions {
  type Watched = { place: IngestPlace; offset: bigint; writtenAt: number }
  let watched = new Map<string, Watched>()
  const placeOf = ({ topic, partition }: Place): IngestPlace => ({ cluster, topic, partition })
  const set = (place: IngestPlace, offset: bigint) => {
    watched.set(offsetKey(place), { place, offset, writtenAt: Date.now() })
  }

  const look = async (): Promise<Look> => {
    // As known before it is asked: what is written meanwhile may not be in the answer.
    const before = [...watched.values()]
    const places = before.map(({ place }) => place)
    const { epoch, offsets } = await inTime(readStanding(graph, places))
    const standing = new Map(offsets.map((each) => [offsetKey(placeOf(each)), each.offset]))
    const behind = before.flatMap(({ place, offset }) => {
      const now = standing.get(offsetKey(place)) ?? 0
      return BigInt(now) < offset ? [{ topic: place.topic, partition: place.partition, offset: String(now) }] : []
    })
    return { epoch, behind }
  }

  return {
    async resumeAt(assigned) {
      const places = assigned.map(placeOf)
      const { offsets } = await readStanding(graph, places)
      const standing = new Map(offsets.map((each) => [offsetKey(placeOf(each)), each.offset]))
      watched = new Map()
      return places.map((place) => {
        const offset = standing.get(offsetKey(place)) ?? 0
        set(place, BigInt(offset))
        return { topic: place.topic, partition: place.partition, offset: String(offset) }
      })
    },
    look: (() => {
      const ask = gather<undefined, Look>({
        work: async (askers) => {
          const answer = await look()
          return askers.map(() => answer)
        },
      })
      return () => ask(undefined)
    })(),
    known: (place) => String(watched.get(offsetKey(placeOf(place)))?.offset ?? 0),
    wrote: ({ offset, ...place }) => {
      // A partition that has been another's meanwhile is not this process's to watch.
      if (watched.has(offsetKey(place))) set(place, BigInt(offset))
    },
    rewound: (position) => set(placeOf(position), BigInt(position.offset)),
    isDue: (place) => Date.now() - (watched.get(offsetKey(placeOf(place)))?.writtenAt ?? 0) > DUE_MS,
  }
}

async function inTime<T>(question: Promise<T>): Promise<T> {
  const answered = new AbortController()
  const silence = setTimeout(LONGEST_SILENCE_MS, undefined, { signal: answered.signal, ref: false }).then(() => {
    throw new SelfsameError('graph_unreachable', 'the graph does not answer', { retriable: true })
  })
  silence.catch(() => undefined)
  try {
    return await Promise.race([question, silence])
  } finally {
    answered.abort()
  }
}
