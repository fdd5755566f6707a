import { pairKey } from '../../src/identity/keys.ts'
import type { IdentifierKey, Observation, PairKey } from '../../src/identity/types.ts'
import {
  countedEvents,
  countedVersions,
  currentVersion,
  type Item,
  observationsIn,
  recordKeysIn,
  type ScopeNames,
} from './what-counts.ts'

/** When a fact that something supports was first and last seen: a time, and a day. */
export interface SeenTimes {
  readonly firstSeen: number
  readonly lastSeen: number
}

/** Every identifier that the evidence knows, supported or not. A deletion names its record's account only. */
export function identifiersIn(items: readonly Item[]): IdentifierKey[] {
  const named = observationsIn(items).flatMap((one) =>
    one.type === 'delete' ? (one.record?.account ?? []) : one.identifiers.map(({ key }) => key),
  )
  return [...new Set(named)].sort()
}

/** Every pair that was ever claimed together, supported or not. */
export function pairsIn(items: readonly Item[]): PairKey[] {
  const claimed = observationsIn(items).filter((one) => one.type !== 'delete')
  return [...new Set(claimed.flatMap(pairsOf))].sort()
}

/** When an identifier was seen, over all that supports it; undefined where nothing does. */
export function identifierSeen(items: readonly Item[], key: IdentifierKey, scopes: ScopeNames): SeenTimes | undefined {
  return seen(items, scopes, (one) => one.type !== 'delete' && one.identifiers.some((each) => each.key === key))
}

/** When two identifiers were seen together; undefined where nothing supports that any more. */
export function pairSeen(items: readonly Item[], pair: PairKey, scopes: ScopeNames): SeenTimes | undefined {
  return seen(items, scopes, (one) => one.type !== 'delete' && pairsOf(one).includes(pair))
}

function seen(
  items: readonly Item[],
  scopes: ScopeNames,
  claims: (observation: Observation) => boolean,
): SeenTimes | undefined {
  const sightings = countedEvents(items, scopes).filter(claims)
  for (const record of recordKeysIn(items)) {
    const current = currentVersion(items, record, scopes)
    // Only the current version upholds a claim of its record; then all versions that made it say when.
    if (current !== undefined && claims(current)) {
      sightings.push(...countedVersions(items, record, scopes).filter(claims))
    }
  }
  if (sightings.length === 0) return undefined
  const times = sightings.map(({ observedAt }) => observedAt)
  return { firstSeen: Math.min(...times), lastSeen: Math.floor(Math.max(...times) / 86_400_000) }
}

function pairsOf({ identifiers }: Observation): PairKey[] {
  return identifiers.flatMap((one) =>
    identifiers.filter((other) => one.key < other.key).map((other) => pairKey(one.key, other.key)),
  )
}
