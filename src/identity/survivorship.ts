import type { CurrentRecord, Seen } from './facts.ts'
import { compareKeys, identifierOf } from './keys.ts'
import type { Policy, SurvivorshipRule } from './policy.ts'
import type { IdentifierKey, Millis, RecordKey } from './types.ts'

export interface GoldenRecord {
  readonly golden: Readonly<Record<string, string>>
  /** The record, or the identifier, that each golden field comes from. */
  readonly provenance: Readonly<Record<string, RecordKey | IdentifierKey>>
}

interface Candidate {
  readonly value: string
  readonly observedAt: Millis
  readonly source: string
  readonly from: RecordKey | IdentifierKey
}

/** Kinds that are fields of the golden record too: their normal form, and only while they belong to the customer. */
const IDENTIFIER_FIELDS = ['email', 'phone']

/**
 * The golden record of a customer: each field by the policy's rule over its current records, ties broken by key.
 * E-mail and phone are the customer's own linking identifiers, dated by their firstSeen: what a record says of them
 * may be shared, blocked or another customer's.
 */
export function goldenRecord(
  members: ReadonlyMap<IdentifierKey, Seen>,
  records: readonly CurrentRecord[],
  policy: Policy,
): GoldenRecord {
  const candidates = new Map<string, Candidate[]>()
  const offer = (field: string, candidate: Candidate) => {
    const others = candidates.get(field)
    if (others === undefined) candidates.set(field, [candidate])
    else others.push(candidate)
  }
  for (const record of records) {
    for (const [field, { value, observedAt }] of Object.entries(record.fields)) {
      if (!IDENTIFIER_FIELDS.includes(field))
        offer(field, { value, observedAt, source: record.source, from: record.key })
    }
  }
  for (const [key, { firstSeen }] of members) {
    const { kind, value } = identifierOf(key)
    if (IDENTIFIER_FIELDS.includes(kind)) offer(kind, { value, observedAt: firstSeen, source: '', from: key })
  }
  const golden: Record<string, string> = {}
  const provenance: Record<string, RecordKey | IdentifierKey> = {}
  for (const [field, offered] of [...candidates].sort(([a], [b]) => compareKeys(a, b))) {
    const survivor = survivorOf(offered, policy.survivorship[field] ?? DEFAULT_RULE)
    golden[field] = survivor.value
    provenance[field] = survivor.from
  }
  return { golden, provenance }
}

const DEFAULT_RULE: SurvivorshipRule = { rule: 'latest', sources: [] }

function survivorOf(candidates: readonly Candidate[], { rule, sources }: SurvivorshipRule): Candidate {
  const rank = ({ source }: Candidate) => (sources.includes(source) ? sources.indexOf(source) : sources.length)
  const count = ({ value }: Candidate) => candidates.filter((other) => other.value === value).length
  const better = (a: Candidate, b: Candidate): number => {
    switch (rule) {
      case 'latest':
        return b.observedAt - a.observedAt
      case 'earliest':
        return a.observedAt - b.observedAt
      case 'longest':
        return b.value.length - a.value.length || b.observedAt - a.observedAt
      case 'most_frequent':
        return count(b) - count(a) || b.observedAt - a.observedAt
    }
  }
  return candidates.reduce((best, next) =>
    (rank(next) - rank(best) || better(next, best) || compareKeys(next.from, best.from)) < 0 ? next : best,
  )
}
