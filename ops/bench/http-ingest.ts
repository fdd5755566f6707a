import type { Command } from 'commander'
import { SelfsameError } from '../../src/errors.ts'
import { createKey } from '../../src/keys/manage-keys.ts'
import { loadPolicy } from '../../src/rules.ts'
import { scrape } from '../demo/metrics.ts'
import { type Acknowledged, findAcknowledged } from './acknowledged.ts'
import { type Bench, type Outcome, onBenchStack } from './bench-stack.ts'
import { benchmarkCommand, type CommonOptions, positive } from './benchmark-command.ts'
import { openGround } from './ground.ts'
import { type HttpSender, startHttpSender } from './http-sender.ts'
import { count, round } from './in-words.ts'
import { median } from './median.ts'
import type { Posted } from './post-batches.ts'
import { BATCH } from './segment-batch.ts'
import { startChild } from './start-child.ts'
import { TOPIC } from './until-committed.ts'

interface Options extends CommonOptions {
  readonly events: number
  readonly connections: number
}

const ASKED_PER_S = 10_000
const WARM_UP = 20_000
const QUICK = 10_000
const PATIENCE_MS = 240_000
const KINDS = ['user_id', 'cookie', 'email', 'phone', 'record']

/** `npm run bench http-ingest`: events in the Segment spec over HTTP, and none of them lost when Kafka is killed. */
export function httpIngestBenchmark(): Command {
  return benchmarkCommand({
    name: 'http-ingest',
    description: `events/s over HTTP in batches of ${BATCH}, until Kafka has them; then what is lost when Kafka is killed`,
    ...{ runs: 3, quick: `one run of ${QUICK} events, and the kill` },
  })
    .option('--events <n>', 'events a run', positive, 200_000)
    .option('--connections <n>', 'connections that send at once', positive, 8)
    .action((options: Options) => onBenchStack(options.json === true, (bench) => benchmark(bench, options)))
}

async function benchmark(bench: Bench, options: Options): Promise<Outcome> {
  const { graph, kafka, environment } = await openGround(bench)
  const { runs, events, connections } = options.quick ? { ...options, runs: 1, events: QUICK } : options
  const policy = loadPolicy(bench.config)
  const grant = { use: 'write', name: 'bench', source: 'bench', kinds: KINDS, mayWait: false } as const
  const { secret } = await createKey({ graph, policy }, grant)
  const name = 'http'
  const { url } = await startChild(bench, 'run-server.ts', ['{}', name])
  const sender = await startHttpSender(bench)
  const acknowledged: Acknowledged[] = []
  const send = async (run: string, many: number, onAcknowledged?: (requests: number) => void) => {
    const batches = Math.ceil(many / BATCH)
    const order = { run, url, secret, connections, batches, patienceMs: PATIENCE_MS }
    const posted = await sender.send(order, onAcknowledged)
    if (posted.acknowledged.length < batches)
      throw new SelfsameError('bench_wrong', 'not every request was acknowledged')
    acknowledged.push({ run, events: numbersOf(posted) })
    return posted
  }
  bench.say(`${count(events)} events a run in batches of ${BATCH} over ${connections} connections`)
  await send('warm', WARM_UP)
  const measured: { readonly perSecond: number; readonly cpuMicros: number }[] = []
  for (let run = 1; run <= runs; run += 1) {
    const before = await cpuSecondsOf(url)
    const posted = await send(`run-${run}`, events)
    const cpuMicros = (1e6 * ((await cpuSecondsOf(url)) - before)) / (posted.acknowledged.length * BATCH)
    const perSecond = rateOf(posted)
    measured.push({ perSecond, cpuMicros })
    bench.say(`  run ${run}: ${count(perSecond)} events/s, ${count(cpuMicros)} µs of the server each`)
  }
  const killed = await whileKafkaIsKilled(bench, (onAcknowledged) => send('killed', events, onAcknowledged), events)
  const { lost, repeated } = await findAcknowledged(kafka, `${name}-${TOPIC}`, acknowledged)
  bench.say(
    `Kafka killed half way: ${count(killed.acknowledged.length * BATCH)} events acknowledged, ${killed.repeated} requests repeated, ${lost} lost, ${repeated} stand twice`,
  )
  const events_per_s = round(median(measured.map(({ perSecond }) => perSecond)))
  const server_cpu_us = round(median(measured.map(({ cpuMicros }) => cpuMicros)))
  const figures = {
    events_per_s,
    lost,
    repeated,
    server_cpu_us,
    runs: measured.map(({ perSecond }) => round(perSecond)),
  }
  const missed = lost > 0 ? `${lost} events were acknowledged and are gone` : tooSlow(events_per_s, options)
  return { result: { benchmark: 'http-ingest', environment, ...figures }, missed }
}

/** Kills the broker when half of the requests are acknowledged, and starts it again. */
async function whileKafkaIsKilled(
  { stack, say }: Bench,
  send: (onAcknowledged: (requests: number) => void) => ReturnType<HttpSender['send']>,
  events: number,
): Promise<Posted> {
  let restarted: Promise<void> | undefined
  const posted = await send((requests) => {
    if (restarted !== undefined || requests * BATCH < events / 2) return
    say('  killing Kafka')
    restarted = stack.restart('kafka', 'SIGKILL')
    restarted.catch(() => undefined)
  })
  await restarted
  return posted
}

function tooSlow(rate: number, { quick }: Options): string | undefined {
  if (quick || rate >= ASKED_PER_S) return undefined
  return `${count(rate)} events/s, and ${count(ASKED_PER_S)} are asked for`
}

async function cpuSecondsOf(url: string): Promise<number> {
  return (await scrape(url)).find(({ name }) => name === 'process_cpu_seconds_total')?.value ?? Number.NaN
}

function rateOf({ acknowledged, ms }: Posted): number {
  return (1000 * acknowledged.length * BATCH) / ms
}

function* numbersOf({ acknowledged }: Posted): Generator<number> {
  for (const batch of acknowledged) for (let place = 0; place < BATCH; place += 1) yield batch * BATCH + place
}
