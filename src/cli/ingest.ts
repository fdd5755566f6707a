import { setFlagsFromString } from 'node:v8'
import { Command, InvalidArgumentError, Option } from 'commander'
import { openEventInbox } from '../../ingest/event-inbox.ts'
import { type FileDoor, graphDoor, topicDoor } from '../../ingest/files/file-door.ts'
import { ingestFile } from '../../ingest/files/ingest-file.ts'
import { type Format, formatOf } from '../../ingest/files/read-file.ts'
import type { Summary, Tally } from '../../ingest/files/summary.ts'
import { createNoveltyFilter } from '../../ingest/novelty-filter.ts'
import { PARTITIONS, sources } from '../../ingest/sources/sources.ts'
import { type Config, readConfig } from '../config.ts'
import { openGraph } from '../graph/graph.ts'
import { readStanding } from '../graph/ingest-offsets.ts'
import { applySchema } from '../graph/schema.ts'
import { openKafka } from '../kafka.ts'
import { createResolver } from '../resolver/resolver.ts'
import { loadRules } from '../rules.ts'
import { createLogger } from '../telemetry.ts'
import { inboxFolder } from '../warehouse/events-inbox.ts'

interface Options {
  readonly source?: string
  readonly mapping?: string
  readonly format?: Format
  readonly country?: string
  readonly observedAt?: string
  readonly load?: string
  readonly topic?: string
  readonly rejects?: string
  readonly batchSize?: number
  readonly json?: true
  readonly stack?: string
}

/** `selfsame ingest`: a file into the graph, or to Kafka. Exits 1 when lines were rejected. */
export function ingestCommand(): Command {
  return new Command('ingest')
    .description('read a file (NDJSON of observations, CSV or Parquet rows) into the graph; - is standard input')
    .argument('<file>')
    .option('--source <name>', 'the source the rows are from; of observations only those that name none')
    .option('--mapping <file>', 'what the columns mean (YAML), where their names do not tell; see ingest/README.md')
    .addOption(new Option('--format <name>', 'default: by the name').choices(['ndjson', 'csv', 'parquet']))
    .option('--country <code>', "country of phone numbers, as VN; default: the policy's", country)
    .option(
      '--observed-at <time>',
      'when rows without a time of their own were true; default: when the file was written',
    )
    .option('--load <name>', 'a name for this delivery, so that it can be withdrawn')
    .option('--topic <name>', "send to this Kafka topic instead; to a source's topic, lines of its own format")
    .option('--rejects <file>', 'where refused lines go; default: FILE.rejects.ndjson')
    .option('--batch-size <n>', 'messages a transaction, at most', positive)
    .option('--json', 'print the summary as one JSON object')
    .option('--stack <name>', 'local stack to work on')
    .action(async (file: string, options: Options, command: Command) => {
      const format = options.format ?? formatOf(file)
      refuseCombinations(command, format, options)
      const summary = await run(file, format, options)
      process.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : inWords(summary, options))
      if (summary.rejectsFile !== null) process.exitCode = 1
    })
}

function refuseCombinations(command: Command, format: Format, { source, mapping, topic, country }: Options): void {
  if (format !== 'ndjson' && source === undefined) command.error('error: rows need --source <name>')
  if (format === 'ndjson' && mapping !== undefined) command.error('error: --mapping is for CSV and Parquet')
  if (topic !== undefined && country !== undefined) {
    command.error('error: --country does not travel through Kafka: give the source a country in the policy')
  }
  if (topic !== undefined && format !== 'ndjson' && isSourceTopic(topic)) {
    command.error('error: rows become observations: send them to --topic observations')
  }
}

async function run(file: string, format: Format, options: Options): Promise<Summary> {
  // V8 lets garbage grow to four times what lives, and only then collects: 150 MB more on a long file, for nothing.
  setFlagsFromString('--heap-growing-percent=60')
  const config = readConfig({ stack: options.stack })
  const rules = loadRules(config)
  const { door, close } = await openDoor(config, rules, options.topic)
  try {
    return await ingestFile({
      path: file,
      ...{ format, door, policy: rules.policy },
      ...{ source: options.source, load: options.load, mapping: options.mapping, topic: options.topic },
      ...{ country: options.country, observedAt: options.observedAt },
      rejects: options.rejects ?? `${file === '-' ? 'stdin' : file}.rejects.ndjson`,
      batchSize: options.batchSize ?? config.batch_size,
      onUnderstood: (lines) => {
        const out = options.json ? process.stderr : process.stdout
        out.write(`${lines.join('\n')}\n`)
      },
      ...(process.stderr.isTTY ? { onProgress: showProgress } : {}),
    })
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
    await close()
  }
}

interface OpenDoor {
  readonly door: FileDoor
  readonly close: () => Promise<void>
}

async function openDoor(config: Config, rules: ReturnType<typeof loadRules>, topic?: string): Promise<OpenDoor> {
  if (topic !== undefined) {
    const logger = createLogger({ process: 'ingest', level: config.log_level === 'info' ? 'warn' : config.log_level })
    const kafka = openKafka({ brokers: config.kafka_brokers, logger })
    try {
      if (sources.has(topic)) await kafka.ensureTopics([{ topic, partitions: PARTITIONS }])
      const producer = await kafka.producer()
      const close = async () => {
        await producer.close()
        await kafka.close()
      }
      return { door: topicDoor({ producer, topic, asItCame: isSourceTopic(topic) }), close }
    } catch (error) {
      await kafka.close()
      throw error
    }
  }
  const graph = openGraph(config)
  try {
    await applySchema(graph)
  } catch (error) {
    await graph.close()
    throw error
  }
  const inbox = openEventInbox(inboxFolder(config.warehouse_file))
  const resolver = createResolver({ graph, rules, slowPathLimit: config.slow_path_limit })
  const novelty = createNoveltyFilter({ entries: config.known_facts })
  const known = async () => novelty.at((await readStanding(graph, [])).epoch)
  return { door: graphDoor({ resolver, inbox, known }), close: graph.close }
}

/** Whether messages of a topic are in its own format. */
function isSourceTopic(topic: string): boolean {
  return topic !== 'observations' && sources.has(topic)
}

function showProgress({ counts, seconds }: Tally): void {
  const rate = Math.round(counts.read / Math.max(seconds(), 0.001))
  process.stderr.write(`\r\x1b[K${number(counts.read)} lines, ${number(rate)} a second, ${counts.rejected} rejected`)
}

function inWords(summary: Summary, { topic }: Options): string {
  const { read, applied, unchanged, sent, rejected, rejectsFile, identifiersLeftOut, keptAsText } = summary
  const rejects = Object.values(rejected).reduce((sum, count) => sum + count, 0)
  const ends =
    topic === undefined
      ? `${number(applied)} applied, ${number(unchanged)} unchanged`
      : `${number(sent)} sent to ${topic}`
  return [
    `${number(read)} read: ${ends}, ${number(rejects)} rejected`,
    ...(rejectsFile === null ? [] : [`  rejected: ${counts(rejected)}; the lines are in ${rejectsFile}`]),
    ...(isEmpty(identifiersLeftOut) ? [] : [`  identifiers left out: ${counts(identifiersLeftOut)}`]),
    ...(isEmpty(keptAsText) ? [] : [`  traits kept as text: ${counts(keptAsText)}`]),
    `  ${summary.seconds.toFixed(1)} s, ${number(Math.round(summary.rate))} lines a second`,
    '',
  ].join('\n')
}

function counts(reasons: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(reasons)
    .map(([reason, count]) => `${reason} ${number(count ?? 0)}`)
    .join(', ')
}

function isEmpty(record: object): boolean {
  return Object.keys(record).length === 0
}

function number(value: number): string {
  return value.toLocaleString('en')
}

function positive(value: string): number {
  const count = Number(value)
  if (Number.isInteger(count) && count > 0) return count
  throw new InvalidArgumentError(`"${value}" is no positive whole number.`)
}

function country(value: string): string {
  if (/^[a-z]{2}$/i.test(value)) return value.toUpperCase()
  throw new InvalidArgumentError(`"${value}" is no country code of two letters.`)
}
