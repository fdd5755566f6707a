import type { Graph } from '../../graph/graph.ts'
import { eachScore } from '../../graph/rebuild-reads.ts'
import type { StoredScore } from '../../graph/scoring-reads.ts'
import { pairKey } from '../../identity/keys.ts'
import type { ScoredLink } from '../../identity/links.ts'
import type { Rules } from '../../identity/resolve.ts'
import type { PairKey } from '../../identity/types.ts'
import { differingFields, type Findings } from './findings.ts'

/** What each scored link is to be that the graph holds otherwise: undefined where it is to go. */
export type ScoreDamage = Map<PairKey, { readonly link: ScoredLink; readonly refused: boolean } | undefined>

export interface ImpliedScores {
  readonly scored: readonly ScoredLink[]
  readonly refused: ReadonlySet<PairKey>
  readonly rules: Rules
}

/** How many pairs of accounts come to the link threshold, and how many fall below it. */
export interface Crossings {
  readonly gained: number
  readonly lost: number
}

/** Finds the scored links that are not what the model says of the records. */
export async function compareScores(
  graph: Graph,
  { scored, refused, rules }: ImpliedScores,
  findings: Findings,
  onRow: () => void,
): Promise<{ damage: ScoreDamage; crossings: Crossings }> {
  const damage: ScoreDamage = new Map()
  const wanted = new Map(scored.map((link) => [pairKey(link.a, link.b), link]))
  const found = new Set<PairKey>()
  const linked = new Set<PairKey>()
  const isLink = (link: ScoredLink) => link.probability >= rules.policy.linkThreshold
  const mend = (pair: PairKey) => {
    const link = wanted.get(pair)
    damage.set(pair, link && { link, refused: refused.has(pair) })
  }
  findings.parts.scores.checked = await eachScore(graph, (stored) => {
    onRow()
    const pair = pairKey(stored.a, stored.b)
    if (isLink(stored)) linked.add(pair)
    const now = wanted.get(pair)
    // One that runs from the greater key, and a second one, are none of ours.
    if (now === undefined || found.has(pair) || stored.a > stored.b) {
      findings.differs('scores', { key: pair, difference: 'stray', fields: [] })
      mend(pair)
      return
    }
    found.add(pair)
    const fields = differingScore(stored, now, refused.has(pair), rules.matching.model)
    if (fields.length === 0) return
    findings.differs('scores', { key: pair, difference: 'different', fields })
    mend(pair)
  })
  for (const pair of new Set(wanted.keys()).difference(found)) {
    findings.differs('scores', { key: pair, difference: 'missing', fields: [] })
    mend(pair)
  }
  const links = new Set([...wanted].flatMap(([pair, link]) => (isLink(link) ? [pair] : [])))
  const crossings = { gained: links.difference(linked).size, lost: linked.difference(links).size }
  return { damage, crossings }
}

function differingScore(stored: StoredScore, now: ScoredLink, refused: boolean, model: string) {
  return differingFields({
    probability: [stored.probability, now.probability],
    weight: [stored.weight, now.weight],
    model: [stored.model, model],
    refused: [stored.refused, refused],
  })
}
