import type { FastifyReply } from 'fastify'
import type { Graph } from '../graph/graph.ts'
import type { Tracking } from './cache/tracking.ts'
import type { Caller } from './caller.ts'
import { clientGone } from './client-gone.ts'
import { createReader, type Reader } from './reader.ts'

/** What every resolver is given: who asks, and how the library is to ask Neo4j. */
export interface ApiContext {
  readonly caller: Caller
  /** The library asks through it; see `createReader`. */
  readonly executionContext: Reader
  /** For what several ask for together: it does not end when one of them is gone. */
  readonly sharedReader: Reader
  /** What the answer depends on; undefined where it is not to be remembered. */
  readonly tracking: Tracking | undefined
  /** Aborted when the client is gone: whatever takes long ends. Absent where nobody waits. */
  readonly signal: AbortSignal | undefined
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
  const signal = reply && clientGone(reply.raw)
  const executionContext = createReader(graph, { timeoutMs, signal })
  const sharedReader = createReader(graph, { timeoutMs })
  return { caller, executionContext, sharedReader, tracking: reply?.request.question?.tracking, signal }
}
