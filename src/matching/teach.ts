import { compareKeys } from '../identity/keys.ts'
import type { Comparable } from './comparable.ts'
import { compare, type Finding } from './compare.ts'
import { addFindings, bump, type LevelCounts } from './level-counts.ts'
import { nameOf } from './model-name.ts'
import { counting, evidenceBits, priorBits, probabilityOf, type WeightsModel } from './weights.ts'

/** Two accounts of which a person has said whether they are one customer's, with the records about each. */
export interface Lesson {
  readonly a: readonly Comparable[]
  readonly b: readonly Comparable[]
  readonly same: boolean
}

/**
 * How far the bits of a level may be off, one standard deviation: comparisons are not as independent as the model takes
 * them. One verdict moves a level by at most two thirds of a bit, thirty that agree by some three.
 */
const DOUBT_BITS = 1
/**
 * Verdicts of which what the records say is no reason: a person erred, or knew what no record tells. The more certain the
 * model is of the contrary, the likelier one is of these, and the less it teaches.
 */
const CHANCE_SHARE = 0.05
const SETTLED_BITS = 0.001
const MOST_STEPS = 500
const UNHURRIED_STEPS = 20

/**
 * Corrects the bits of a model's levels by what people have said: logistic regression from where the model stands, held
 * there by a normal prior on each correction (maximum a posteriori), with a share of verdicts by chance. The prior of the model stays: pairs shown to people
 * are chosen, and how many of those are one customer's says nothing about others. What a pair shows, it says whatever it
 * was chosen by. Of two accounts the two records count that are most alike, since they are what links them.
 * The same lessons teach the same, in whatever order they come.
 */
export function teach(model: WeightsModel, lessons: readonly Lesson[]): WeightsModel {
  const alike = lessons.flatMap((lesson) => mostAlike(lesson, model) ?? [])
  const pairs = alike.filter(({ findings }) => findings.length > 0).sort((x, y) => compareKeys(x.key, y.key))
  if (pairs.length === 0) return model
  const seen: LevelCounts = new Map()
  for (const { findings } of pairs) addFindings(seen, findings, 1)
  // All levels of a pair move at once: with steps so short the likelihood rises with each (majorisation).
  const curvature = (Math.LN2 ** 2 / 4) * Math.max(...pairs.map(({ findings }) => findings.length))
  const taught: LevelCounts = new Map()
  let [moved, corrected] = [Number.POSITIVE_INFINITY, model]
  for (let step = 0; step < MOST_STEPS && moved > SETTLED_BITS; step += 1) {
    moved = 0
    const pulls = pullsOf(pairs, corrected)
    // Where the bound on names takes hold the likelihood has a kink: ever shorter steps come to rest on it.
    const shorter = 1 / (1 + step / UNHURRIED_STEPS)
    for (const [comparison, level, count] of entriesOf(seen)) {
      const before = taught.get(comparison)?.get(level) ?? 0
      const pull = Math.LN2 * (pulls.get(comparison)?.get(level) ?? 0) - before / DOUBT_BITS ** 2
      const change = (shorter * pull) / (curvature * count + 1 / DOUBT_BITS ** 2)
      bump(taught, comparison, level, change)
      moved = Math.max(moved, Math.abs(change))
    }
    corrected = withTaught(model, taught)
  }
  return { ...corrected, name: nameOf(corrected) }
}

interface LessonPair {
  readonly key: string
  readonly findings: readonly Finding[]
  readonly same: boolean
}

function mostAlike({ a, b, same }: Lesson, model: WeightsModel): LessonPair | undefined {
  let best: { key: string; findings: Finding[]; bits: number } | undefined
  for (const one of a) {
    for (const other of b) {
      const [x, y] = one.key < other.key ? [one, other] : [other, one]
      const findings = compare(x, y, model)
      const [key, bits] = [`${x.key}\t${y.key}`, evidenceBits(findings, model)]
      if (best === undefined || bits > best.bits || (bits === best.bits && key < best.key))
        best = { key, findings, bits }
    }
  }
  return best && { key: best.key, findings: best.findings, same }
}

/** How far the verdicts would have each level moved: what was said, less what the model believes. */
function pullsOf(pairs: readonly LessonPair[], model: WeightsModel): LevelCounts {
  const pulls: LevelCounts = new Map()
  const prior = priorBits(model)
  for (const { findings, same } of pairs) {
    const belief = probabilityOf(prior + evidenceBits(findings, model))
    const agreed = (1 - CHANCE_SHARE) * (same ? belief : 1 - belief)
    const credible = agreed / (agreed + CHANCE_SHARE / 2)
    addFindings(pulls, counting(findings, model), credible * (Number(same) - belief))
  }
  return pulls
}

function* entriesOf(counts: LevelCounts): Generator<[comparison: string, level: string, count: number]> {
  for (const [comparison, levels] of counts) for (const [level, count] of levels) yield [comparison, level, count]
}

/** Of levels that the model knows. */
function withTaught(model: WeightsModel, taught: LevelCounts): WeightsModel {
  const comparisons = { ...model.comparisons }
  for (const [comparison, level, bits] of entriesOf(taught)) {
    const weights = model.comparisons[comparison]?.[level]
    if (weights !== undefined)
      comparisons[comparison] = { ...comparisons[comparison], [level]: { ...weights, taught: bits } }
  }
  return { ...model, comparisons }
}
