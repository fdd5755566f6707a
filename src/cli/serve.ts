import cluster from 'node:cluster'
import { availableParallelism } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { type Config, readConfig } from '../config.ts'
import { startServer } from '../server.ts'
import { type Serving, serveProcesses } from './serve-processes.ts'
import { untilStopped } from './until-stopped.ts'

interface Chosen {
  readonly stack?: string
  readonly port?: number
  readonly development?: true
  readonly processes?: number
}

/** The command `selfsame serve`: GraphQL and HTTP ingest, until SIGINT or SIGTERM. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('GraphQL over the customers, and events over HTTP, until Ctrl-C')
    .option('--stack <name>', 'the local stack to serve from (environment: SELFSAME_STACK)')
    .option(
      '--port <number>',
      'the port to listen on; 0: any free one (environment: SELFSAME_PORT; default 4000)',
      port,
    )
    .option('--development', 'for this machine alone: GraphiQL, introspection, and nobody signs in')
    .option(
      '--processes <number>',
      'processes that share the address (environment: SELFSAME_PROCESSES; default one less than there are cores)',
      processes,
    )
    .action(async (chosen: Chosen) => {
      const config = readConfig({ stack: chosen.stack })
      const wanted = chosen.processes ?? config.processes
      const count = wanted === 0 ? Math.max(1, availableParallelism() - 1) : wanted
      if (cluster.isPrimary && count > 1) return await serveProcesses(count, say)
      const { port = config.port, development = config.development } = chosen
      return await serve({ ...config, port, development })
    })
}

async function serve(config: Config): Promise<void> {
  const stopped = untilStopped()
  const server = await startServer(config)
  const { url, notice } = server
  const serving: Serving = { url, notice, graphiql: config.development, events: config.kafka_brokers !== '' }
  // One of several tells whoever started it, and that one says it once.
  if (cluster.isWorker) process.send?.(serving)
  else say(serving)
  await stopped
  await server.close()
  if (cluster.isWorker) process.disconnect()
}

function say({ url, notice, graphiql, events }: Serving): void {
  const addresses = [`GraphQL   ${url}/graphql`, graphiql && `GraphiQL  ${url}/`, events && `Events    ${url}/v1`]
  const lines = [...addresses.filter(Boolean), notice]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function port(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= 65_535) return number
  throw new InvalidArgumentError(`"${text}" is no port.`)
}

function processes(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= 256) return number
  throw new InvalidArgumentError(`"${text}" is no number of processes.`)
}
