import { createHash } from 'node:crypto'
import type { Command } from 'commander'
import { SelfsameError } from '../../src/errors.ts'
import { sumBy } from '../demo/metrics.ts'
import { type Bench, type Outcome, onBenchStack } from './bench-stack.ts'
import { type BenchWorker, startBenchWorker } from './bench-worker.ts'
import { benchmarkCommand, type CommonOptions, positive } from './benchmark-command.ts'
import { type Ground, openGround } from './ground.ts'
import { count, peakOf, round } from './in-words.ts'
import { median } from './median.ts'
import { novelMessages } from './novel-messages.ts'
import { deleteEvidence, emptyGraph, rowsOf } from './raw-cypher.ts'
import { metricsOf, TOPIC, untilCommitted } from './until-committed.ts'

interface Options extends CommonOptions {
  readonly events: number
}

interface WorkersRun {
  readonly seconds: number
  /** Attempts made again, by step and, where it is told, code. */
  readonly retries: Readonly<Record<string, number>>
  readonly rss: readonly (number | undefined)[]
  /** Digest of what the graph held in the end. */
  readonly census: string
}

const NUMBERS = [1, 2, 4]
const WARM_UP = 4000
const QUICK = 2000

/** `npm run bench workers`: the same new events, identifiers overlapping, through one worker, two and four. */
export function workersBenchmark(): Command {
  return benchmarkCommand({
    name: 'workers',
    description: 'events/s through 1, 2 and 4 workers of one group, and the retries it takes',
    ...{ runs: 3, quick: `one run of ${QUICK} events` },
  })
    .option('--events <n>', 'events a run', positive, 20_000)
    .action((options: Options) => onBenchStack(options.json === true, (bench) => benchmark(bench, options)))
}

async function benchmark(bench: Bench, { runs, events, quick }: Options): Promise<Outcome> {
  const ground = await openGround(bench)
  const messages = novelMessages(quick ? QUICK : events, WARM_UP)
  const measured = messages.measured.length
  bench.say(`${measured} new events a run, a quarter of which speak of somebody seen before, on several partitions`)
  const byNumber = new Map<number, WorkersRun[]>(NUMBERS.map((number) => [number, []]))
  for (let run = 1; run <= (quick ? 1 : runs); run += 1) {
    for (const number of NUMBERS) {
      const each = await runWorkers(ground, { name: `run-${run}-of-${number}`, number, messages })
      byNumber.get(number)?.push(each)
      const retries = Object.entries(each.retries).map(([what, times]) => `${times} ${what}`)
      bench.say(
        `  run ${run}, ${number}: ${count(measured / each.seconds)} events/s, retries: ${retries.join(', ') || 'none'}`,
      )
    }
  }
  expectOneGraph([...byNumber.values()].flat())
  const result = resultOf(byNumber, measured)
  for (const { workers, events_per_s, ratio } of result.workers) {
    bench.say(`${workers} workers: ${count(events_per_s)} events/s, ${ratio} of one (medians)`)
  }
  return { result: { benchmark: 'workers', environment: ground.environment, ...result }, missed: undefined }
}

interface Running {
  readonly name: string
  readonly number: number
  readonly messages: ReturnType<typeof novelMessages>
}

async function runWorkers({ bench, graph, kafka }: Ground, { name, number, messages }: Running): Promise<WorkersRun> {
  await emptyGraph(graph)
  const workers: BenchWorker[] = []
  const producer = await kafka.producer()
  try {
    for (let started = 0; started < number; started += 1) workers.push(await startBenchWorker(bench, name))
    const [{ topicName }] = workers as [BenchWorker]
    const { warmUp, measured } = messages
    await producer.send(topicName(TOPIC), warmUp)
    await untilCommitted(kafka, workers, { messages: warmUp.length, applied: warmUp.length })
    await deleteEvidence(graph)
    const before = await retriesOf(workers)
    await Promise.all(workers.map((worker) => worker.hold()))
    await producer.send(topicName(TOPIC), measured)
    const start = performance.now()
    for (const worker of workers) worker.release()
    const all = warmUp.length + measured.length
    const end = await untilCommitted(kafka, workers, { messages: all, applied: all })
    const after = await retriesOf(workers)
    const retries = Object.fromEntries([...after].map(([what, times]) => [what, times - (before.get(what) ?? 0)]))
    const [census] = await rowsOf(graph, 'census')
    return {
      seconds: (end - start) / 1000,
      retries: Object.fromEntries(Object.entries(retries).filter(([, times]) => times > 0)),
      rss: workers.map((worker) => worker.peakMemory()),
      census: createHash('sha256').update(JSON.stringify(census)).digest('hex'),
    }
  } finally {
    await producer.close()
    for (const worker of workers) await worker.stop()
  }
}

async function retriesOf(workers: readonly BenchWorker[]): Promise<Map<string, number>> {
  const samples = await metricsOf(workers)
  const named = samples.map((sample) => ({
    ...sample,
    labels: { what: [sample.labels.step, sample.labels.code].filter((part) => part !== undefined).join(' ') },
  }))
  return sumBy(named, 'selfsame_retries_total', 'what')
}

/** However many workers: the graph is a function of the evidence. */
function expectOneGraph(runs: readonly WorkersRun[]): void {
  const seen = [...new Set(runs.map(({ census }) => census))]
  if (seen.length > 1) throw new SelfsameError('bench_wrong', `the runs left different graphs: ${seen.join(' ')}`)
}

function resultOf(byNumber: ReadonlyMap<number, readonly WorkersRun[]>, events: number) {
  const rateOf = (runs: readonly WorkersRun[]) => median(runs.map(({ seconds }) => events / seconds))
  const one = rateOf(byNumber.get(1) ?? [])
  return {
    workers: [...byNumber].map(([number, runs]) => ({
      workers: number,
      events_per_s: round(rateOf(runs)),
      ratio: round(rateOf(runs) / one),
      retries: runs.map(({ retries }) => retries),
      worker_rss_mb: peakOf(runs.flatMap(({ rss }) => rss)),
    })),
  }
}
