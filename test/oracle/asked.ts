import { withdrawalScope } from '../../src/identity/evidence.ts'
import { type Resolution, resolve } from '../../src/identity/resolve.ts'
import { evidenceOf } from './compare.ts'
import { askOracle, type OracleAnswer } from './oracle.ts'
import type { World } from './populations.ts'
import type { Item } from './what-counts.ts'

/** How many worlds the main property tries, the others try fewer. `SELFSAME_RUNS=100000` for a long night. */
const RUNS = Number(process.env.SELFSAME_RUNS ?? 2000)
/** A seed that failed, to see it again: fast-check prints it, with the smallest world that fails. */
const SEED = process.env.SELFSAME_SEED === undefined ? {} : { seed: Number(process.env.SELFSAME_SEED) }
const idKey = new TextEncoder().encode('the key of a test')

/** Not a bar: a machine shared with others may be ten times slower. Milliseconds. */
export const TIMEOUT = 60_000 + RUNS * 60

/** The parameters of a property that tries this share of the worlds. */
export function runs(share: number) {
  return { ...SEED, numRuns: Math.ceil(RUNS * share) }
}

/** The customers of a world, or of other items by its rules, as resolve finds them. */
export function resolved(items: readonly Item[], { policy, matching }: Omit<World, 'items'>): Promise<Resolution> {
  return resolve(evidenceOf(items), { policy, matching, idKey })
}

/** The same as the oracle finds them. */
export function oracleOf(items: readonly Item[], { policy, matching }: Omit<World, 'items'>): OracleAnswer {
  return askOracle(items, { policy, scopes: withdrawalScope, ...matching.forOracle })
}
