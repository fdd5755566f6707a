import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { reportError } from '../../src/cli/report-error.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { SelfsameError } from '../../src/errors.ts'
import { topics, writeDataset } from '../../src/generator/generate.ts'
import { type Graph, openGraph } from '../../src/graph/graph.ts'
import { type Kafka, openKafka } from '../../src/kafka.ts'
import { createLogger } from '../../src/telemetry.ts'
import { inboxFolder, waitingFiles } from '../../src/warehouse/events-inbox.ts'
import { createStack } from '../stack/stack.ts'
import { type Child, freePort, startChild } from './children.ts'
import { BROKEN, sendDataset } from './send.ts'
import { printSummary } from './summary.ts'
import { printTour } from './tour.ts'

const STACK = 'demo'
// Some 12 messages a person: about 20,000.
const PEOPLE = 1700
const SEED = 20

interface Options {
  readonly once: boolean
  readonly fresh: boolean
  readonly people: number
}

const closing: (() => Promise<unknown>)[] = []
let leaving: Promise<void> | undefined

process.on('SIGINT', () => void leave(130))
process.on('SIGTERM', () => void leave(143))
try {
  const options = readOptions()
  if (options === undefined) process.exitCode = 2
  else {
    await demo(options)
    if (options.once) await leave(0)
    else console.info('\nServing until Ctrl-C.')
  }
} catch (error) {
  if (leaving === undefined) await leave(reportError(error))
}

function readOptions(): Options | undefined {
  const flag = { type: 'boolean', default: false } as const
  try {
    const options = { once: flag, fresh: flag, people: { type: 'string', default: String(PEOPLE) } } as const
    const { once, fresh, people } = parseArgs({ options }).values
    if (/^[1-9]\d{0,6}$/.test(people)) return { once, fresh, people: Number(people) }
    console.error('selfsame: --people is a number from 1')
  } catch (error) {
    console.error(`selfsame: ${(error as Error).message}`)
  }
  console.error('usage: npm run demo -- [--once] [--fresh] [--people N]')
  return undefined
}

async function demo({ fresh, people }: Options): Promise<void> {
  say('1/5', 'Neo4j, Kafka and Redis (downloaded the first time)')
  const stack = createStack({ name: STACK, report: (line) => console.info(`      ${line}`) })
  closing.push(() => stack.down())
  if (fresh) await stack.reset()
  await stack.up()
  const config = readConfig({ stack: STACK })
  const graph = openGraph(config)
  closing.push(() => graph.close())
  const logger = createLogger({ process: 'demo', level: 'error' })
  const kafka = openKafka({ brokers: config.kafka_brokers, logger })
  closing.push(() => kafka.close())

  say('2/5', `${people} people of a Vietnamese retailer, a year of their clicks, receipts, cards and CRM rows`)
  const folder = join(stack.folder, 'data', `generated-${people}`)
  if (existsSync(folder)) {
    console.info(
      '      generated before: the same messages go in again, and should change nothing (--fresh starts empty)',
    )
  } else await writeDataset({ people, seed: SEED }, folder)

  say('3/5', 'a worker and the API')
  const logs = join(stack.folder, 'logs')
  const worker = await child('work', 4001, logs)
  const api = await child('serve', 4000, logs)

  say('4/5', 'through Kafka into customers')
  const before = performance.now()
  const sent = await sendDataset(kafka, folder, topics)
  const seconds = await Promise.race([resolved({ kafka, config, before }), worker.ended])
  await Promise.race([projected({ graph, config }), worker.ended])

  say('5/5', 'what happened')
  await printSummary({ config, graph, worker, sent, broken: BROKEN, seconds, truth: join(folder, 'truth.csv') })
  await printTour({ config, graph, api })
}

/** A process that is stopped with the demo, from its first moment on. */
async function child(command: 'work' | 'serve', port: number, logs: string): Promise<Child> {
  const started = startChild(command, { stack: STACK, port: await freePort(port), logs })
  closing.push(started.stop)
  await started.ready()
  return started
}

/** Waits until the group has committed everything; answers the seconds since `before`. */
async function resolved({ kafka, config, before }: { kafka: Kafka; config: Config; before: number }): Promise<number> {
  for (;;) {
    const lags = await kafka.lag(config.kafka_group, [...topics, 'observations'])
    const left = lags.reduce((sum, { lag }) => sum + lag, 0)
    if (process.stderr.isTTY) process.stderr.write(`\r      ${left.toLocaleString('en')} messages to go   `)
    if (left === 0) break
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(40)}\r`)
  return (performance.now() - before) / 1000
}

/** Waits until the warehouse has every customer and every event. */
async function projected({ graph, config }: { graph: Graph; config: Config }): Promise<void> {
  const inbox = inboxFolder(config.warehouse_file)
  for (;;) {
    const [row] = await graph.read<{ changed: number }>('warehouse/pending')
    if (row?.changed === 0 && waitingFiles(inbox).length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

function say(step: string, what: string): void {
  // Told to leave meanwhile: what was to come would be left running.
  if (leaving !== undefined) throw new SelfsameError('interrupted', 'interrupted')
  console.info(`\n[${step}] ${what}`)
}

/** Stops what was started, the last first, and ends the process. */
function leave(status: number): Promise<void> {
  leaving ??= (async () => {
    if (closing.length > 0) console.info('\nstopping')
    for (const close of closing.toReversed()) await close().catch((error) => reportError(error))
    process.exit(status)
  })()
  return leaving
}
