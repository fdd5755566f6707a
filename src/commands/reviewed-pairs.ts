import type { Description } from '../identity/facts.ts'
import type { Assertion, IdentifierKey } from '../identity/types.ts'
import type { ReviewedPair } from '../matching/judge.ts'
import { type Fold, foldOf } from '../matching/training-rows.ts'

/** The pairs that people have judged and of which both sides say anything. Who is in one, directly or not, is in one fold. */
export function reviewedPairs(
  assertions: readonly Assertion[],
  about: ReadonlyMap<IdentifierKey, readonly Description[]>,
): (ReviewedPair & { readonly fold: Fold })[] {
  const groupOf = groups(assertions)
  return assertions.flatMap(({ a, b, verdict }) => {
    const [one, other] = [about.get(a), about.get(b)]
    if (one === undefined || other === undefined) return []
    return [{ a: one, b: other, same: verdict === 'same', fold: foldOf(groupOf(a)) }]
  })
}

/** The least key among all that pairs join, directly or not. */
function groups(pairs: readonly Pick<Assertion, 'a' | 'b'>[]): (key: IdentifierKey) => IdentifierKey {
  const parents = new Map<IdentifierKey, IdentifierKey>()
  const rootOf = (key: IdentifierKey): IdentifierKey => {
    let root = key
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next
    if (root !== key) parents.set(key, root)
    return root
  }
  for (const { a, b } of pairs) {
    const [one, other] = [rootOf(a), rootOf(b)].sort()
    if (one !== undefined && other !== undefined && one !== other) parents.set(other, one)
  }
  return rootOf
}
