import type { Caller } from './caller.ts'

/** What every resolver is given: who asks, and how the library is to ask Neo4j. */
export interface ApiContext {
  readonly caller: Caller
  readonly sessionConfig: { readonly database: string }
  readonly transaction: { readonly timeout: number }
  /** Aborted when the client is gone: whatever takes long ends. */
  readonly signal?: AbortSignal
}

/** Milliseconds after which Neo4j gives a question up. */
const TIMEOUT_MS = 10_000

export function createContext(database: string, caller: Caller): ApiContext {
  return { caller, sessionConfig: { database }, transaction: { timeout: TIMEOUT_MS } }
}
