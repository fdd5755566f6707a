import { readFileSync } from 'node:fs'
import { buildApp } from './api/app.ts'
import { isLoopback } from './api/loopback.ts'
import type { Config } from './config.ts'
import { SelfsameError } from './errors.ts'
import { openGraph } from './graph/graph.ts'
import { applySchema } from './graph/schema.ts'
import { parsePolicy } from './identity/policy.ts'
import { createLogger, createMetrics } from './telemetry.ts'

export interface Server {
  /** Without a slash at the end: `http://127.0.0.1:4000`. */
  readonly url: string
  /** What everybody should know who starts it, in a sentence. */
  readonly warning: string
  /** Finishes what is under way and leaves, within 10 s. */
  close(): Promise<void>
}

const LONGEST_CLOSE_MS = 8000

/**
 * Serves GraphQL, GraphiQL and health; resolves once it listens and the common questions are warm. Throws
 * `config_invalid` … as its parts do, `graph_unreachable` where Neo4j does not answer, `port_in_use`.
 */
export async function startServer(config: Config): Promise<Server> {
  const log = createLogger({ process: 'serve', level: config.log_level })
  const policy = parsePolicy(readFileSync(config.policy_file, 'utf8'))
  const graph = openGraph(config)
  try {
    await applySchema(graph)
    const app = await buildApp({ graph, policy, log, host: config.host, metrics: createMetrics() })
    const url = await app.listen({ host: config.host, port: config.port }).catch(async (error) => {
      await app.close()
      throw listenError(error, config)
    })
    const warning = warningFor(config.host)
    log.warn(warning)
    return {
      url,
      warning,
      close: () => closeInTime([() => app.close(), () => graph.close()], () => app.server.closeAllConnections()),
    }
  } catch (error) {
    await graph.close()
    throw error
  }
}

function warningFor(host: string): string {
  return isLoopback(host)
    ? 'There is no authentication yet: it answers this machine only, and everybody who works on it.'
    : `There is NO AUTHENTICATION yet, and ${host} is not this machine alone: everybody who reaches it can read every customer. Set SELFSAME_HOST to 127.0.0.1 unless something in front of it decides who may ask.`
}

async function closeInTime(steps: readonly (() => Promise<void>)[], hurry: () => void): Promise<void> {
  const timer = setTimeout(hurry, LONGEST_CLOSE_MS)
  try {
    for (const step of steps) await step()
  } finally {
    clearTimeout(timer)
  }
}

function listenError(error: NodeJS.ErrnoException, { host, port }: Config): unknown {
  if (error.code === 'EADDRINUSE') {
    return new SelfsameError('port_in_use', `port ${port} of ${host} is in use`, {
      cause: error,
      remedy: 'stop what listens there, or choose another: --port, SELFSAME_PORT; 0 takes any free one',
    })
  }
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new SelfsameError('cannot_listen', `cannot listen on port ${port} of ${host}`, {
      cause: error,
      remedy: 'check SELFSAME_HOST and SELFSAME_PORT',
    })
  }
  return error
}
