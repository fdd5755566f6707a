import type { QueryResult } from 'neo4j-driver'
import { SelfsameError } from '../errors.ts'
import { translate } from '../graph/errors.ts'
import type { Graph } from '../graph/graph.ts'
import { send } from '../graph/send.ts'

/** How the library asks Neo4j: what it takes for a transaction of ours. */
export type Reader = { run(query: string, params?: object): Promise<QueryResult> }

export interface ReaderOptions {
  /** Milliseconds after which Neo4j gives a statement up. */
  readonly timeoutMs: number
  /** Ends what is under way, in Neo4j too. */
  readonly signal?: AbortSignal | undefined
}

/** A connection that broke while nobody used it fails the first who does. */
const ATTEMPTS = 2

/**
 * Reads in transactions that begin and end with their one statement, which saves two of three ways to the store and
 * back. What may succeed the second time is tried once more.
 */
export function createReader({ driver, database }: Graph, { timeoutMs, signal }: ReaderOptions): Reader {
  async function once(query: string, params: object | undefined): Promise<QueryResult> {
    const session = driver.session({ database, defaultAccessMode: 'READ' })
    // Closing a session makes Neo4j stop what it has under way.
    const stop = () => void session.close().catch(() => undefined)
    const gone = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(clientGone()), { once: true })
    })
    signal?.addEventListener('abort', stop, { once: true })
    try {
      if (signal?.aborted) throw clientGone()
      const answer = send(() => session.run(query, params, { timeout: timeoutMs }))
      return await Promise.race([answer, gone])
    } finally {
      signal?.removeEventListener('abort', stop)
      await session.close().catch(() => undefined)
    }
  }

  return {
    async run(query, params) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await once(query, params)
        } catch (error) {
          if (attempt === ATTEMPTS || !translate(error).retriable) throw error
        }
      }
    },
  }
}

/** The code of a question whose answer nobody waits for any more. */
export const CLIENT_GONE = 'client_gone'

function clientGone(): SelfsameError {
  return new SelfsameError(CLIENT_GONE, 'whoever asked is gone')
}
