import { pairOf } from '../identity/keys.ts'
import type { ScoredLink } from '../identity/links.ts'
import type { Policy } from '../identity/policy.ts'
import type { IdentifierKey, PairKey } from '../identity/types.ts'
import type { Rescored, ScoreChange } from './rescore.ts'

/** The accounts of pairs whose scores link them otherwise than before, or no longer. */
export function relinked({ scores }: Rescored, policy: Policy): IdentifierKey[] {
  const changed = [...scores].filter(([, change]) => linkChange(change, policy) !== 'none')
  return [...new Set(changed.flatMap(([pair]) => pairOf(pair)))]
}

/** What becomes of links: one that nothing joined before, one that is weaker, stronger or gone, or nothing. */
export function linkChange({ before, now }: ScoreChange, policy: Policy): 'new' | 'other' | 'none' {
  const [was, is] = [bandOf(before, policy), bandOf(now, policy)]
  if (was === is) return 'none'
  return was === undefined ? 'new' : 'other'
}

/** The pairs that the scores of a batch join and nothing joined before. */
export function newlyScored({ scores }: Rescored, policy: Policy): PairKey[] {
  return [...scores].filter(([, change]) => linkChange(change, policy) === 'new').map(([pair]) => pair)
}

export function isLink(score: ScoredLink | undefined, policy: Policy): score is ScoredLink {
  return score !== undefined && score.probability >= policy.linkThreshold
}

/** The band in which a score links; undefined where it does not. */
function bandOf(score: ScoredLink | undefined, policy: Policy): number | undefined {
  return isLink(score, policy) ? policy.band(score.probability) : undefined
}
