import { below, between, chance, pick, type Random, randomOf, tickets } from '../../src/generator/random.ts'
import type { ServiceName } from '../stack/service.ts'

/** What can be done to a link between a worker and a service. */
export type LinkTrouble = 'slow' | 'cut' | 'refuse' | 'freeze' | 'swallow'

/** A fault and all that it needs to be done again; moments are only about the same. */
export type Fault =
  | { readonly kind: 'kill'; readonly worker: number; readonly pauseMs: number }
  | { readonly kind: 'stop'; readonly worker: number; readonly ms: number }
  | {
      readonly kind: LinkTrouble
      /** Undefined: of every worker. */
      readonly worker: number | undefined
      readonly service: ServiceName
      readonly ms: number
    }
  | { readonly kind: 'flush' }
  | { readonly kind: 'restart'; readonly service: ServiceName; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly kind: 'backup' }
  /** `running`: the workers live through it. */
  | { readonly kind: 'restore' | 'recreate'; readonly running: boolean }
  | { readonly kind: 'replay' }

export interface Step {
  /** Wait until the worker whom it meets has begun to read, rather than meet it while it starts. */
  readonly atWork: boolean
  /** Before the fault, from the moment the messages are sent. */
  readonly pauseMs: number
  /** Share of the round's messages, sent before the fault; the shares add up to 1. */
  readonly share: number
  readonly fault: Fault
}

export interface Setting {
  readonly workers: number
  readonly batchSize: number
  readonly partitions: number
}

export interface Schedule extends Setting {
  readonly steps: readonly Step[]
}

/** What a round may contain. */
export interface Bounds {
  readonly workers: readonly number[]
  readonly batchSizes: readonly number[]
  /** Cheap faults a round, from and to. */
  readonly faults: readonly [number, number]
  /** Expensive ones, one list a round in turn. */
  readonly expensive: readonly (readonly Fault[])[]
}

/** After this long a worker that fell silent loses its partitions. */
export const SESSION_TIMEOUT_MS = 3000
const LONGEST_STOP_MS = 30_000

const cheap = tickets<Fault['kind']>([
  [30, 'kill'],
  [20, 'stop'],
  [12, 'cut'],
  [8, 'slow'],
  [8, 'refuse'],
  [8, 'freeze'],
  [8, 'swallow'],
  [6, 'flush'],
])
const services: readonly ServiceName[] = ['neo4j', 'neo4j', 'neo4j', 'kafka', 'kafka', 'redis']

const restart = (service: ServiceName, signal: 'SIGTERM' | 'SIGKILL'): Fault => ({ kind: 'restart', service, signal })

/** Every expensive fault within ten rounds, and rounds without any between. */
export const EXPENSIVE: Bounds['expensive'] = [
  [restart('neo4j', 'SIGKILL')],
  [],
  [restart('kafka', 'SIGTERM')],
  [{ kind: 'backup' }, { kind: 'restore', running: false }],
  [{ kind: 'recreate', running: false }],
  [],
  [restart('kafka', 'SIGKILL'), restart('redis', 'SIGKILL')],
  [{ kind: 'replay' }],
  [restart('neo4j', 'SIGTERM')],
  [{ kind: 'backup' }, { kind: 'restore', running: true }],
]

export const BATCH_SIZES: readonly number[] = [1, 7, 50, 500, 2000]
export const WORKERS: readonly number[] = [1, 2, 8]

/** The faults of a round, when and upon whom; the same seed and round give the same ones. */
export function scheduleOf(seed: number, round: number, bounds: Bounds): Schedule {
  const random = randomOf(seed, 'plan', round)
  const setting = settingOf(seed, round, bounds)
  const [fewest, most] = bounds.faults
  const faults = Array.from({ length: between(random, fewest, most) }, () => cheapFault(random, setting.workers))
  const expensive = bounds.expensive[(round + seed) % Math.max(1, bounds.expensive.length)] ?? []
  const all = inserted(faults, expensive, random)
  // Most waves are small and some are large, so that batches are both.
  const weights = all.map(() => random() ** 3 + 0.02)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return {
    ...setting,
    steps: all.map((fault, index) => ({
      fault,
      atWork: chance(random, 0.7),
      pauseMs: below(random, chance(random, 0.3) ? 3000 : 900),
      share: (weights[index] ?? 0) / total,
    })),
  }
}

/** Every combination of workers and batch size comes before any comes again. */
function settingOf(seed: number, round: number, { workers, batchSizes }: Bounds): Setting {
  const combinations = workers.flatMap((each) => batchSizes.map((batchSize) => ({ workers: each, batchSize })))
  const turn = Math.floor(round / combinations.length)
  const random = randomOf(seed, 'household', turn)
  const dealt = combinations.map((each) => ({ each, at: random() })).sort((a, b) => a.at - b.at)
  const chosen = dealt[round % dealt.length]?.each ?? { workers: 1, batchSize: 50 }
  return { ...chosen, partitions: 1 + below(randomOf(seed, 'household', turn, round + 1), 4) }
}

/** Expensive ones in their order, somewhere between the others. */
function inserted(faults: readonly Fault[], expensive: readonly Fault[], random: Random): Fault[] {
  const places = expensive.map(() => below(random, faults.length + 1)).sort((a, b) => a - b)
  const all = [...faults]
  for (const [index, fault] of expensive.entries()) all.splice((places[index] ?? 0) + index, 0, fault)
  return all
}

function cheapFault(random: Random, workers: number): Fault {
  const kind = pick(random, cheap)
  const worker = below(random, workers)
  switch (kind) {
    case 'kill':
      return { kind, worker, pauseMs: below(random, 1500) }
    case 'stop':
      return { kind, worker, ms: stopMs(random) }
    case 'cut':
    case 'slow':
    case 'refuse':
    case 'freeze':
    case 'swallow': {
      const longest = chance(random, 0.15) ? 12_000 : 2500
      const upon = chance(random, 0.3) ? undefined : worker
      return { kind, worker: upon, service: pick(random, services), ms: between(random, 20, longest) }
    }
    default:
      return { kind: 'flush' }
  }
}

/** Mostly a blink; often long enough that its partitions go to others; now and then as long as it may be. */
function stopMs(random: Random): number {
  if (chance(random, 0.6)) return between(random, 20, 1500)
  return between(random, SESSION_TIMEOUT_MS, chance(random, 0.2) ? LONGEST_STOP_MS : 3 * SESSION_TIMEOUT_MS)
}
