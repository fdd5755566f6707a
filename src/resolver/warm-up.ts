import { randomUUID } from 'node:crypto'
import { SelfsameError } from '../errors.ts'
import type { Graph } from '../graph/graph.ts'
import { DAY } from '../identity/evidence.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../identity/keys.ts'
import type { Rules } from '../identity/resolve.ts'
import type { Observation } from '../identity/types.ts'
import { createResolver } from './resolver.ts'
import type { Batch } from './resolver-types.ts'

const MOST_ROUNDS = 8
/** A round of a store that is warm. */
const WARM_MS = 300
/** Of the round before: what takes as long again has nothing left to warm. */
const GAIN = 0.8
const GROUPS = 40

/**
 * Runs the resolver's statements on made-up observations, so that the store has compiled their plans and run them:
 * the first batches on a cold store take seconds. Everything is rolled back; nothing of it is ever seen by others.
 */
export async function warmUp({ graph, rules }: { graph: Graph; rules: Rules }): Promise<void> {
  let before = Number.POSITIVE_INFINITY
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const start = performance.now()
    await rolledBack(graph, rules, batchesOf(randomUUID()))
    const took = performance.now() - start
    if (took < WARM_MS || took > GAIN * before) return
    before = took
  }
}

async function rolledBack(graph: Graph, rules: Rules, batches: readonly Batch[]): Promise<void> {
  const done = new SelfsameError('rolled_back', 'a warm-up is never committed')
  const attempt = graph.write(async (tx) => {
    const resolver = createResolver({ graph: { ...graph, write: (work) => work(tx, 1) }, rules })
    for (const batch of batches) await resolver.apply(batch)
    throw done
  })
  await attempt.catch((error: unknown) => {
    if (error !== done) throw error
  })
}

/** What comes new, is seen again, merges, is corrected, delivered again and deleted. The mark keeps it apart from all that is real. */
function batchesOf(mark: string): Batch[] {
  const groups = Array.from({ length: GROUPS }, (_, n) => `warm-up-${mark}-${n}`)
  const offsets = [{ cluster: 'warm-up', topic: mark, partition: 0, offset: '1' }]
  const told = (of: (name: string) => Observation) => ({ observations: groups.map(of), offsets })
  return [
    told((name) => event(['cookie', name], ['email', name])),
    told((name) => row(name, 0, { name: 'An', birthday: '1990-02-14' }, ['phone', name])),
    told((name) => event(['email', name], ['phone', name], ['pos_account', name])),
    told((name) => row(name, 1, { name: 'An' }, ['email', name])),
    told((name) => ({ ...row(name, 1, { name: 'An' }, ['email', name]), load: 'again' })),
    told((name) => ({ ...event(['cookie', name]), observedAt: 2 * DAY })),
    told((name) => ({ ...row(name, 2, {}), type: 'delete' })),
  ]
}

function event(...pairs: readonly (readonly [kind: string, value: string])[]): Observation {
  const identifiers = pairs.map(([kind, value]) => identifierOf(identifierKey(kind, value)))
  return {
    ...{ messageId: 'warm-up', source: 'warm-up', load: '', type: 'identify', observedAt: DAY, recordedAt: DAY },
    identifiers: identifiers.sort((a, b) => compareKeys(a.key, b.key)),
  }
}

function row(
  id: string,
  hour: number,
  traits: Readonly<Record<string, string>>,
  ...claims: readonly (readonly [kind: string, value: string])[]
): Observation {
  const account = identifierKey('crm_contact', `warm-up:${id}`)
  return {
    ...event(['crm_contact', `warm-up:${id}`], ...claims),
    ...{ type: 'record', observedAt: DAY + hour * 3_600_000 },
    record: { key: recordKey('warm-up', id), id, account, traits },
  }
}
