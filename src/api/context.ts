import type { FastifyReply } from 'fastify'
import type { Graph } from '../graph/graph.ts'
import type { Tracking } from './cache/tracking.ts'
import type { Caller } from './caller.ts'
import { createReader, type Reader } from './reader.ts'

/** What every resolver is given: who asks, and how the library is to ask Neo4j. */
export interface ApiContext {
  readonly caller: Caller
  /** The library asks through it; see `createReader`. */
  readonly executionContext: Reader
  /** What the answer depends on; undefined where it is not to be remembered. */
  readonly tracking: Tracking | undefined
}

/** Milliseconds after which Neo4j gives a question up. */
export const TIMEOUT_MS = 10_000

export interface ContextOptions {
  readonly caller: Caller
  readonly timeoutMs?: number
  /** Where the answer goes: where nobody waits for it any more, the question is given up. Absent: nowhere. */
  readonly reply?: FastifyReply
}

export function createContext(graph: Graph, { caller, timeoutMs = TIMEOUT_MS, reply }: ContextOptions): ApiContext {
  const signal = reply && whenGone(reply)
  const executionContext = createReader(graph, { timeoutMs, signal })
  return { caller, executionContext, tracking: reply?.request.question?.tracking }
}

function whenGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort()
  })
  return gone.signal
}
