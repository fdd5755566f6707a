import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Decision } from '../../src/identity/types.ts'
import { startOver } from '../../src/warehouse/reconcile.ts'
import { decide, insist } from './decide.ts'
import type { Difference } from './differences.ts'
import { drained } from './drained.ts'
import { healAll, inflict, isAlone, nameOf, type Victims } from './faults.ts'
import { openRound, type Round } from './open-round.ts'
import type { Schedule, Step } from './schedule.ts'
import type { Seat } from './seat.ts'
import type { Site } from './site.ts'
import type { Stream } from './stream.ts'
import { differencesIn } from './verdict.ts'
import { findingsIn } from './worker-log.ts'

export interface RoundPlan {
  /** Of the round's topics, group and folder. */
  readonly name: string
  readonly schedule: Schedule
  readonly stream: Stream
}

export interface RoundResult {
  readonly differences: readonly Difference[]
  /** Faults that met somebody, by kind. */
  readonly faults: Readonly<Record<string, number>>
  /** Messages sent, each time they were. */
  readonly messages: number
  /** How often batches waited, by the code of the error. */
  readonly waits: Readonly<Record<string, number>>
  /** Where all that is needed to look stands; undefined where nothing differs. */
  readonly bundle: string | undefined
}

const STAGGER_MS = 100
const LONGEST_START_MS = 30_000
const LONGEST_CALM_MS = 60_000
const POLL_MS = 50

/** Runs one round, from an empty graph to the comparison. */
export async function runRound(site: Site, plan: RoundPlan): Promise<RoundResult> {
  const round = await openRound(site, plan)
  let differences: Difference[] | undefined
  try {
    const faults = await torture(site, plan, round)
    differences = [...(await drained(round)), ...(await compared(round))]
    const { waits } = findingsIn(round.seats.map(({ log }) => log))
    const bundle = differences.length > 0 ? await round.keep(differences) : undefined
    return { differences, faults, waits, bundle, messages: round.said.messages.length }
  } finally {
    await round.close()
  }
}

/** Says everything and does everything that is planned; all faults are over when it resolves. Returns how many met somebody. */
async function torture(site: Site, { schedule, stream }: RoundPlan, round: Round): Promise<Record<string, number>> {
  const { seats, said, returned } = round
  const victims = victimsOf(site, round)
  const underWay = new Set<Promise<unknown>>()
  const counts: Record<string, number> = {}
  const settled = () => Promise.all(underWay)
  const begin = (work: Promise<unknown>) => {
    const tracked = work.finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }
  const suffer = async (fault: Step['fault']) => {
    said.note({ fault })
    const met = await inflict(fault, victims)
    said.note({ over: nameOf(fault), met })
    if (met) counts[nameOf(fault)] = (counts[nameOf(fault)] ?? 0) + 1
  }
  // One after another: people are few.
  let decided: Promise<void> = Promise.resolve()
  const messages = waves(stream.messages, schedule.steps)
  const decisions = waves(
    stream.decisions,
    schedule.steps.map(() => ({ share: 1 / schedule.steps.length })),
  )
  await seated(seats)
  for (const [index, { fault, pauseMs, atWork }] of schedule.steps.entries()) {
    if (atWork && 'worker' in fault) await reading(seats.filter(({ number }) => number === (fault.worker ?? number)))
    await say(round, messages[index] ?? [])
    for (const decision of decisions[index] ?? []) {
      decided = decided.then(() => give(round, decision))
      begin(decided)
    }
    await sleep(pauseMs)
    if (isAlone(fault)) {
      await settled()
      await calm(round)
      await suffer(fault)
    } else begin(suffer(fault))
    begin(returned.look())
  }
  await settled()
  healAll(seats)
  return counts
}

async function seated(seats: readonly Seat[]): Promise<void> {
  for (const seat of seats) {
    seat.fill()
    // Not all at once: each costs a second of a core before it works.
    await sleep(STAGGER_MS)
  }
  await reading(seats)
}

/** A fault that meets nobody proves nothing. */
async function reading(seats: readonly Seat[]): Promise<void> {
  const deadline = performance.now() + LONGEST_START_MS
  while (seats.some((seat) => seat.state() !== 'reading') && performance.now() < deadline) await sleep(POLL_MS)
}

/** Waits until all that was sent is committed: what goes back afterwards is to lose something. */
async function calm({ wire }: Round): Promise<void> {
  const deadline = performance.now() + LONGEST_CALM_MS
  while ((await wire.lag()) > 0 && performance.now() < deadline) await sleep(POLL_MS)
}

async function say({ said, wire }: Round, messages: Stream['messages']): Promise<void> {
  for (const message of messages) said.addMessage(message)
  await wire.send(messages)
}

async function give(round: Round, decision: Decision): Promise<void> {
  round.said.addDecision(decision)
  await decide(round, decision)
}

function victimsOf({ stack }: Site, round: Round): Victims {
  const { seats, said, wire, graph, config, returned, folder } = round
  return {
    ...{ seats, stack, redisUrl: config.redis_url, backup: join(folder, 'backup') },
    rewind: () => wire.rewind(),
    async recreate() {
      await wire.recreateTopics()
      await wire.send(said.messages)
    },
    async afterRestore() {
      await returned.forget()
      // What stands in Kafka is read again; what people decided since stands in nobody's hands but theirs.
      for (const decision of said.decisions) await decide(round, decision)
      await insist(() => startOver({ graph, warehouseFile: config.warehouse_file }))
    },
  }
}

/** A list cut into parts by these shares, in order. */
function waves<T>(list: readonly T[], shares: readonly { readonly share: number }[]): T[][] {
  let [from, sum] = [0, 0]
  return shares.map(({ share }, index) => {
    sum += share
    const until = index === shares.length - 1 ? list.length : Math.round(sum * list.length)
    const part = list.slice(from, until)
    from = until
    return part
  })
}

async function compared(round: Round): Promise<Difference[]> {
  const { graph, rules, said, config, wire, returned, seats } = round
  const letters = await wire.letters()
  const { complaints } = findingsIn(seats.map(({ log }) => log))
  const workers = [...complaints, ...seats.flatMap((seat) => seat.complaints)]
  return [
    ...workers.map((key): Difference => ({ what: 'worker', kind: 'different', key })),
    ...(await differencesIn({
      ...{ graph, rules, said, letters },
      ...{ warehouseFile: config.warehouse_file, returned: returned.versions },
    })),
  ]
}
