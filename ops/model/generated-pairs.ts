import { truth } from '../../src/generator/generate.ts'
import { addObservation, emptyEvidence } from '../../src/identity/evidence.ts'
import { type CurrentRecord, factsOf } from '../../src/identity/facts.ts'
import type { Policy } from '../../src/identity/policy.ts'
import { candidatesOf } from '../../src/matching/candidates.ts'
import { comparableOf } from '../../src/matching/comparable.ts'
import type { Fold } from '../../src/matching/folds.ts'
import { train } from '../../src/matching/train.ts'
import { type LabelledPair, trainingRows } from '../../src/matching/training-rows.ts'
import { generatedObservations } from '../generated-observations.ts'

/** A made-up retailer to learn from. */
export interface TrainingWorld {
  readonly people: number
  readonly seed: number
  readonly noise: number
}

/** Three in five teach, one calibrates, one judges. */
const FOLDS: readonly Fold[] = ['train', 'train', 'train', 'calibrate', 'held_out']

/** Worlds enough to learn from: each its own seed, from nearly clean to twice the noise. */
export function trainingWorlds(count: number, people: number): TrainingWorld[] {
  return Array.from({ length: count }, (_, n) => ({ people, seed: 1000 + n, noise: [0.5, 1, 2, 1.5][n % 4] ?? 1 }))
}

/**
 * Rows of all candidate pairs of a made-up retailer of whose accounts the truth is known, most of them alike and not one
 * customer's. A world is in one fold whole. Each is weighed by what its own records teach, as a graph's pairs are.
 */
export function* generatedRows(worlds: readonly TrainingWorld[], policy: Policy): Generator<string> {
  for (const [index, world] of worlds.entries()) {
    // Every other retailer tells given and family names apart.
    const records = recordsOf(world, policy).map(index % 2 === 0 ? (record) => record : withNamesApart)
    const comparables = records.map((record) => comparableOf(record, policy.matching.traits))
    const weights = train(comparables, policy.matching).model
    const persons = new Map([...truth(world)].map(({ kind, value, person }) => [`${kind}:${value}`, person]))
    const personOf = (n: number) => persons.get(records[n]?.account ?? '')
    const pairs = Iterator.from(candidatesOf(comparables, policy.matching.maxBlock).pairs).flatMap(
      ({ a, b }): LabelledPair[] => {
        const [one, other] = [records[a], records[b]]
        const [person, otherPerson] = [personOf(a), personOf(b)]
        if (!one || !other || person === undefined || otherPerson === undefined) return []
        return [{ one, other, same: person === otherPerson, fold: FOLDS[index % FOLDS.length] ?? 'train' }]
      },
    )
    yield* trainingRows(pairs, { weights, policy, origin: 'generated' })
  }
}

function recordsOf(world: TrainingWorld, policy: Policy): CurrentRecord[] {
  const evidence = emptyEvidence()
  for (const { observation } of generatedObservations(world, policy)) addObservation(evidence, observation)
  return [...factsOf(evidence).records.values()]
}

/** The first word is the family's, as it is written in Vietnam; one word alone is the person's own. */
function withNamesApart(record: CurrentRecord): CurrentRecord {
  const { name, ...others } = record.fields
  if (name === undefined) return record
  const words = name.value.trim().split(/\s+/)
  const family = words.length > 1 ? words.shift() : undefined
  const fields = {
    ...others,
    firstName: { ...name, value: words.join(' ') },
    ...(family === undefined ? {} : { lastName: { ...name, value: family } }),
  }
  return { ...record, fields }
}
