import { Command, InvalidArgumentError } from 'commander'
import { readConfig } from '../config.ts'
import { startServer } from '../server.ts'

interface Chosen {
  readonly stack?: string
  readonly port?: number
  readonly development?: true
}

/** The command `selfsame serve`: GraphQL and GraphiQL, until SIGINT or SIGTERM. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('GraphQL over the customers, until Ctrl-C')
    .option('--stack <name>', 'the local stack to serve from (environment: SELFSAME_STACK)')
    .option(
      '--port <number>',
      'the port to listen on; 0: any free one (environment: SELFSAME_PORT; default 4000)',
      port,
    )
    .option('--development', 'for this machine alone: GraphiQL, introspection, and nobody signs in')
    .action(async ({ stack, port, development }: Chosen) => {
      const stopped = untilStopped()
      const config = readConfig({ stack })
      const serving = { ...config, port: port ?? config.port, development: development ?? config.development }
      const server = await startServer(serving)
      const graphiql = serving.development ? [`GraphiQL  ${server.url}/`] : []
      const lines = [`GraphQL   ${server.url}/graphql`, ...graphiql, server.notice]
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
