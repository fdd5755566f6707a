import { Command, InvalidArgumentError } from 'commander'
import { readConfig } from '../config.ts'
import { startServer } from '../server.ts'

interface Chosen {
  readonly stack?: string
  readonly port?: number
}

/** The command `selfsame serve`: GraphQL, GraphiQL and HTTP ingest, until SIGINT or SIGTERM. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('GraphQL over the customers, with GraphiQL, and events over HTTP, until Ctrl-C')
    .option('--stack <name>', 'the local stack to serve from (environment: SELFSAME_STACK)')
    .option(
      '--port <number>',
      'the port to listen on; 0: any free one (environment: SELFSAME_PORT; default 4000)',
      port,
    )
    .action(async ({ stack, port }: Chosen) => {
      const stopped = untilStopped()
      const config = readConfig({ stack })
      const server = await startServer({ ...config, port: port ?? config.port })
      const events = config.kafka_brokers === '' ? [] : [`Events    ${server.url}/v1`]
      const lines = [`GraphQL   ${server.url}/graphql`, `GraphiQL  ${server.url}/`, ...events, server.warning]
      process.stdout.write(`${lines.join('\n')}\n`)
      await stopped
      await server.close()
    })
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

function port(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= 65_535) return number
  throw new InvalidArgumentError(`"${text}" is no port.`)
}
