import { remembered } from '../identity/remember.ts'
import type { Comparable } from './comparable.ts'
import { comparisonLevels, type Finding } from './compare.ts'
import { jaroWinkler } from './similarity.ts'
import { evidenceBits, levelBits, levelsBits, priorBits, rarityBits, type WeightsModel } from './weights.ts'

const COMPARISONS = Object.keys(comparisonLevels).filter((comparison) => comparison !== 'free')

/**
 * What a boosted model reads of a pair, in this order, which is part of what a model is: another order is another model.
 * All but counts only grow with agreement. Of a comparison that was not made, all of its features are missing.
 */
export const featureNames: readonly string[] = [
  ...COMPARISONS.flatMap((comparison) => [`${comparison}.level`, `${comparison}.bits`, `${comparison}.rarity`]),
  ...['free.bits', 'free.rarity', 'free.count'],
  ...['names.bits', 'others.bits', 'least.bits', 'total.bits', 'names.similarity', 'email.similarity'],
  ...['comparisons.count', 'against.count'],
]

const COLUMNS: Readonly<Record<string, number>> = Object.fromEntries(featureNames.map((name, index) => [name, index]))
const column = (name: string) => COLUMNS[name] ?? Number.NaN
/** Where what is said of a comparison begins: level, bits, rarity. */
const COLUMNS_OF = new Map(COMPARISONS.map((comparison) => [comparison, column(`${comparison}.level`)]))
const [FREE, FREE_COUNT, SUMS] = [column('free.bits'), column('free.count'), column('names.bits')]
/** Greater is more alike. */
const LEVELS = new Map(
  COMPARISONS.map((comparison) => {
    const levels = comparisonLevels[comparison] ?? []
    return [comparison, new Map(levels.map((level, index) => [level, levels.length - 1 - index]))]
  }),
)

/** Two records, the one with the lesser key first, and what comparing them found. */
export interface ComparedRecords {
  readonly a: Comparable
  readonly b: Comparable
  readonly findings: readonly Finding[]
}

/** Writes the features of a pair over a row; NaN is missing. */
export function writeFeatures(row: Float32Array, { a, b, findings }: ComparedRecords, model: WeightsModel): void {
  row.fill(Number.NaN)
  let [least, against, free, freeBits, freeRarity] = [0, 0, 0, 0, 0]
  for (const { comparison, level, shared } of findings) {
    const bits = levelBits(comparison, level, model)
    const rarity = rarityBits(shared, model.frequencies[comparison])
    least = Math.min(least, bits)
    if (bits < 0) against += 1
    const at = COLUMNS_OF.get(comparison)
    if (at === undefined) {
      free += 1
      freeBits += bits
      freeRarity += rarity
    } else {
      row[at] = LEVELS.get(comparison)?.get(level) ?? Number.NaN
      row[at + 1] = bits
      row[at + 2] = rarity
    }
  }
  if (free > 0) row.set([freeBits, freeRarity], FREE)
  const { names, others } = levelsBits(findings, model)
  const total = priorBits(model) + evidenceBits(findings, model)
  row[FREE_COUNT] = free
  row.set([names, others, least, total, ...similarities(a, b), findings.length, against], SUMS)
}

function similarities(a: Comparable, b: Comparable): [names: number, email: number] {
  const [one, other] = [nameOf(a), nameOf(b)]
  return [
    one === '' || other === '' ? Number.NaN : jaroWinkler(one, other),
    a.email === undefined || b.email === undefined ? Number.NaN : jaroWinkler(a.email.local, b.email.local),
  ]
}

/** In whatever order its words stand. */
const nameOf = remembered(({ names }: Comparable) =>
  names()
    .all.words.map(({ folded }) => folded)
    .sort()
    .join(' '),
)
