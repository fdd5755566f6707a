import { join } from 'node:path'
import type { Command } from 'commander'
import { SelfsameError } from '../../src/errors.ts'
import { type Bench, type Outcome, onBenchStack } from './bench-stack.ts'
import { startBenchWorker } from './bench-worker.ts'
import { benchmarkCommand, type CommonOptions, positive } from './benchmark-command.ts'
import { type Ground, openGround } from './ground.ts'
import { HUB_KEY, hubMessages } from './hub-messages.ts'
import { hubResult, turnInWords } from './hub-report.ts'
import { runTurn, type Turn } from './hub-turn.ts'
import { count } from './in-words.ts'
import { nextOf } from './next-of.ts'
import { novelStream } from './novel-messages.ts'
import { emptyGraph, rowsOf } from './raw-cypher.ts'
import { TOPIC, untilCommitted } from './until-committed.ts'

interface Options extends CommonOptions {
  readonly identifiers: number
  readonly seconds: number
  readonly others: number
  readonly events: number
}

const WARM_UP = 2000
const QUICK = { identifiers: 3000, seconds: 5, others: 50, events: 5, runs: 1 }

/** `npm run bench hub`: what others wait while one customer behind a hole of the policy keeps bringing news. */
export function hubBenchmark(): Command {
  return benchmarkCommand({
    name: 'hub',
    description: "others' latency with and without events of a component behind a policy hole, in turns",
    ...{ runs: 4, quick: `one turn of each, ${QUICK.seconds} s, ${QUICK.identifiers} identifiers` },
  })
    .option('--identifiers <n>', 'identifiers on the one phone', positive, 50_000)
    .option('--seconds <n>', 'length of a turn', positive, 20)
    .option('--others <n>', 'events/s of others', positive, 300)
    .option('--events <n>', 'events/s of the hub', positive, 25)
    .action((options: Options) => onBenchStack(options.json === true, (bench) => benchmark(bench, options)))
}

async function benchmark(bench: Bench, options: Options): Promise<Outcome> {
  const ground = await openGround(bench)
  const chosen = options.quick ? { ...options, ...QUICK } : options
  const { result, turns } = await measure(ground, chosen)
  bench.say(`others' p99: ${turns} turns of each, ratio ${result.others_p99_ratio}`)
  return { result: { benchmark: 'hub', environment: ground.environment, ...result }, missed: undefined }
}

async function measure(ground: Ground, { identifiers, runs, seconds, others: othersPerSecond, events }: Options) {
  const { bench, graph, kafka } = ground
  await emptyGraph(graph)
  const worker = await startBenchWorker(bench, 'hub', { policy_file: join(import.meta.dirname, 'hub-policy.yaml') })
  const producer = await kafka.producer()
  const others = novelStream()
  let told = 0
  const committed = () => untilCommitted(kafka, [worker], { messages: told, applied: told })
  const tell = async (messages: ReturnType<typeof hubMessages>) => {
    await producer.send(worker.topicName(TOPIC), messages)
    told += messages.length
    await committed()
  }
  try {
    await tell(nextOf(others, WARM_UP))
    const start = performance.now()
    await tell(hubMessages(identifiers))
    const hub = await hubOf(ground, identifiers)
    const loadSeconds = (performance.now() - start) / 1000
    bench.say(
      `${count(identifiers)} identifiers on one phone, told in ${loadSeconds.toFixed(1)} s, ${hub.unresolved} left`,
    )
    const turns: { readonly without: Turn; readonly with: Turn }[] = []
    let hubBefore = 0
    const turn = async (hubPerSecond: number) => {
      const each = await runTurn({
        ...{ ground, worker, producer, others, othersPerSecond, hubPerSecond, seconds, hubBefore },
      })
      hubBefore += each.hubSent
      told += each.sent + each.hubSent
      await committed()
      bench.say(turnInWords(each))
      return each
    }
    // Whatever goes on before is warmer than in service.
    await turn(events)
    for (let run = 1; run <= runs; run += 1) {
      // Each comes first as often as the other, so that what only grows favours neither.
      const first = await turn(run % 2 === 0 ? events : 0)
      const second = await turn(run % 2 === 0 ? 0 : events)
      turns.push(run % 2 === 0 ? { without: second, with: first } : { without: first, with: second })
    }
    const left = await hubOf(ground, identifiers)
    return { result: hubResult({ turns, left, loadSeconds, metrics: await worker.metrics() }), turns: turns.length }
  } finally {
    await producer.close()
    await worker.stop()
  }
}

interface Hub {
  readonly status: string
  readonly pairs: number
  readonly unresolved: number
}

/** Throws `bench_wrong` where the hub is none: the policy has no hole, or evidence is missing. */
async function hubOf({ graph }: Ground, identifiers: number): Promise<Hub> {
  const [hub] = await rowsOf<{ status: string; pairs: unknown; unresolved: unknown }>(graph, 'hub', { key: HUB_KEY })
  const pairs = Number(hub?.pairs ?? 0)
  if (hub?.status !== 'linking' || pairs < identifiers) {
    throw new SelfsameError('bench_wrong', `the phone is ${hub?.status ?? 'absent'}, with ${pairs} pairs: it is no hub`)
  }
  return { status: hub.status, pairs, unresolved: Number(hub.unresolved) }
}
