import { createInterface } from 'node:readline/promises'
import { Command, InvalidArgumentError } from 'commander'
import { PORT_NAMES, type PortName } from '../../ops/stack/service.ts'
import { createStack, defaultPageCacheMb, isStackName, type Stack, type StackStatus } from '../../ops/stack/stack.ts'

type FixedPorts = Partial<Record<PortName, number>>

interface Chosen {
  readonly stack: string
}

interface Sizes {
  readonly heap: number
  readonly pageCache: number
}

/** The command `selfsame stack`: Neo4j, Kafka and Redis as processes of this machine, without containers. */
export function stackCommand(): Command {
  const command = new Command('stack').description('Neo4j, Kafka and Redis on this machine, without containers')
  add(command, 'up', 'start what is not running, and wait until it answers')
    .option('--port <name=number>', `a fixed port, repeatable: ${PORT_NAMES.join(', ')}`, addPort)
    .option('--heap <MiB>', "Neo4j's heap at the start; it may grow to twice that", positiveInteger, 1024)
    .option('--page-cache <MiB>', 'what Neo4j may hold in memory of its files', positiveInteger, defaultPageCacheMb())
    .action(async ({ stack, port, heap, pageCache }: Chosen & Sizes & { port?: FixedPorts }) => {
      const chosen = createStack({ name: stack, ports: port ?? {}, heapMb: heap, pageCacheMb: pageCache, report })
      const { neo4j } = await chosen.up()
      process.stdout.write(`Neo4j Browser: ${neo4j.httpUrl} (user ${neo4j.user})\n`)
      process.stdout.write(`passwords and addresses: ${chosen.envFile}\n`)
    })
  add(command, 'down', 'stop what `up` started; data stays').action(({ stack }: Chosen) =>
    createStack({ name: stack, report }).down(),
  )
  add(command, 'status', 'tell where each service is and whether it answers')
    .option('--json', 'as one JSON object')
    .action(async ({ stack, json }: Chosen & { json?: true }) => {
      const status = await createStack({ name: stack }).status()
      process.stdout.write(`${json ? JSON.stringify(status) : inWords(status)}\n`)
    })
  add(command, 'reset', 'stop, and delete all data; secrets, the id key and downloads stay')
    .option('--yes', 'do not ask')
    .action(async ({ stack, yes }: Chosen & { yes?: true }) => {
      const chosen = createStack({ name: stack, report })
      if (yes || !process.stdin.isTTY || (await confirms(chosen))) await chosen.reset()
    })
  return command
}

function add(command: Command, name: string, description: string): Command {
  return command
    .command(name)
    .description(description)
    .option(
      '--stack <name>',
      'which stack (environment: SELFSAME_STACK)',
      stackName,
      process.env.SELFSAME_STACK || 'local',
    )
}

function report(line: string): void {
  process.stderr.write(`${line}\n`)
}

function inWords({ name, folder, services }: StackStatus): string {
  const lines = services.map(({ service, pid, address, answering }) => {
    const state = answering ? 'answers' : pid === null ? 'down' : 'does not answer'
    return `  ${service.padEnd(6)} ${state.padEnd(16)} ${address ?? ''}${pid === null ? '' : `  pid ${pid}`}`
  })
  return [`stack ${name} in ${folder}`, ...lines].join('\n')
}

async function confirms({ name, folder }: Stack): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`Delete all data of stack ${name} (${folder})? [y/N] `)
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}

function stackName(value: string): string {
  if (isStackName(value)) return value
  throw new InvalidArgumentError('Use letters, digits, dots, hyphens and underscores, a letter or digit first.')
}

function addPort(value: string, ports: FixedPorts = {}): FixedPorts {
  const [name = '', port = ''] = value.split('=')
  const known = PORT_NAMES.find((each) => each === name)
  if (known === undefined) throw new InvalidArgumentError(`"${name}" is none of ${PORT_NAMES.join(', ')}.`)
  const number = positiveInteger(port)
  if (number > 65_535) throw new InvalidArgumentError(`${number} is no port.`)
  return { ...ports, [known]: number }
}

function positiveInteger(value: string): number {
  const number = Number(value)
  if (Number.isInteger(number) && number > 0) return number
  throw new InvalidArgumentError(`"${value}" is no positive whole number.`)
}
