import { SelfsameError } from '../errors.ts'
import { type Graph, int } from '../graph/graph.ts'
import { readBlocks } from '../graph/scoring-reads.ts'
import type { Description } from '../identity/facts.ts'
import { normalise } from '../identity/normalise.ts'
import type { Policy } from '../identity/policy.ts'
import { traitsOf } from '../identity/traits.ts'
import type { CustomerId, Identifier, IdentifierKey, RecordKey, Status } from '../identity/types.ts'
import { byLikeness, explainMatches, type MatchExplanation } from '../matching/explain.ts'
import { createMatching } from '../matching/matching.ts'
import { modelInForce } from './model-in-force.ts'

export interface SearchOptions {
  readonly graph: Graph
  readonly policy: Policy
  /** Customers answered, at most. Default 10. */
  readonly limit?: number
  /** Country of phone numbers without a country code, over the policy's. */
  readonly country?: string
}

/** Whom a record may be about that nobody keeps. */
export interface SearchResult {
  readonly model: string
  /** The e-mail and the phone of the record, as the graph knows them. */
  readonly identifiers: readonly FoundIdentifier[]
  /** Best first: each customer, or account that belongs to none, once, with the record that is most alike. */
  readonly candidates: readonly Candidate[]
}

interface FoundIdentifier extends Identifier {
  /** Undefined where it was never observed. */
  readonly status: Status | undefined
  readonly customer: CustomerId | undefined
}

export interface Candidate {
  readonly customer: CustomerId | undefined
  readonly account: IdentifierKey
  readonly record: RecordKey
  /** Its traits, by path. */
  readonly traits: Readonly<Record<string, string>>
  /** Identifiers of the record that lead to the same customer. */
  readonly sharing: readonly IdentifierKey[]
  /** Whether the model would link it. */
  readonly isLink: boolean
  readonly match: MatchExplanation
}

const LIMIT = 10
/** Records of customers that the record's own identifiers lead to, at most. */
const MOST_NEAR = 500

/**
 * Looks for the customers that a record may be about, without storing it: those of its e-mail and phone, and those whose
 * records share a block with it. Throws `nothing_to_search` where it says nothing that can be compared.
 */
export async function searchRecord(
  raw: Readonly<Record<string, unknown>>,
  { graph, policy, limit = LIMIT, country = policy.defaultCountry }: SearchOptions,
): Promise<SearchResult> {
  const traits = traitsOf(raw)
  const asked = descriptionOf(traits)
  const model = await modelInForce(graph)
  const matching = createMatching(model, policy)
  const blocks = matching.blocksOf(asked)
  const identifiers = identifiersOf(traits, policy, country)
  if (blocks.length === 0 && identifiers.length === 0) {
    throw new SelfsameError('nothing_to_search', 'the record says nothing by which anybody could be found', {
      remedy: 'give a name and a birth date, an address, an e-mail or a phone number',
    })
  }
  const most = policy.matching.maxBlock
  const [found, members, near] = await Promise.all([
    readPlaces(graph, identifiers),
    readBlocks({ run: graph.read }, new Map(blocks.map((block) => [block, { most }]))),
    recordsNear(graph, identifiers),
  ])
  const proposed = [...members.values()].flatMap((records) => (records === 'many' ? [] : records))
  const records = await readFound(graph, new Set([...proposed, ...near]))
  const pairs = records.map(({ description }) => [asked, description] as const)
  const matches = await explainMatches(pairs, model, policy)
  const candidates = records.flatMap(({ description, customer, status }, index) => {
    const match = matches[index]
    if (match === undefined) return []
    const sharing = found.filter((each) => customer !== undefined && each.customer === customer)
    return {
      ...{ customer, account: description.account, record: description.key, traits: valuesOf(description), match },
      sharing: sharing.map(({ key }) => key),
      isLink: status === 'linking' && match.probability >= policy.linkThreshold,
    }
  })
  const alike = candidates.filter(
    ({ match, sharing }) => match.probability >= policy.reviewThreshold || sharing.length > 0,
  )
  return { model: model.name, identifiers: found, candidates: bestOfEach(alike).slice(0, limit) }
}

/** As if a source had told it. */
function descriptionOf(traits: Readonly<Record<string, string>>): Description {
  const fields = Object.fromEntries(Object.entries(traits).map(([path, value]) => [path, { value, observedAt: 0 }]))
  // Not stored: no source has a colon in front of its name.
  return { key: ':asked' as RecordKey, account: ':asked' as IdentifierKey, fields }
}

function identifiersOf(traits: Readonly<Record<string, string>>, policy: Policy, country: string): Identifier[] {
  return ['email', 'phone'].flatMap((kind) => {
    const value = Object.hasOwn(traits, kind) && Object.hasOwn(policy.kinds, kind) ? traits[kind] : undefined
    const normal = value === undefined ? undefined : normalise(kind, value, { policy, scope: '', country })
    return normal === undefined || typeof normal === 'string' ? [] : [normal]
  })
}

async function readPlaces(graph: Graph, identifiers: readonly Identifier[]): Promise<FoundIdentifier[]> {
  type Row = { key: IdentifierKey; status: Status; customer: CustomerId | null }
  const rows = await graph.read<Row>('identity/read-places', { keys: identifiers.map(({ key }) => key) })
  return identifiers.map((identifier) => {
    const row = rows.find(({ key }) => key === identifier.key)
    return { ...identifier, status: row?.status, customer: row?.customer ?? undefined }
  })
}

async function recordsNear(graph: Graph, identifiers: readonly Identifier[]): Promise<RecordKey[]> {
  const params = { keys: identifiers.map(({ key }) => key), limit: int(MOST_NEAR) }
  return (await graph.read<{ key: RecordKey }>('read/records-near', params)).map(({ key }) => key)
}

async function readFound(graph: Graph, keys: ReadonlySet<RecordKey>) {
  type Row = Omit<Description, 'fields'> & { fields: string; status: Status; customer: CustomerId | null }
  const rows = await graph.read<Row>('read/found-records', { keys: [...keys] })
  return rows.map(({ key, account, fields, status, customer }) => ({
    ...{ status, customer: customer ?? undefined },
    description: { key, account, fields: JSON.parse(fields) } as Description,
  }))
}

function valuesOf({ fields }: Description): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([path, { value }]) => [path, value]))
}

/** Of each customer the candidate that is most alike, the most alike of all first; equally alike ones by their keys. */
function bestOfEach(candidates: readonly Candidate[]): Candidate[] {
  const sorted = candidates.toSorted((a, b) => byLikeness(a.match, b.match) || (a.record < b.record ? -1 : 1))
  const best = new Map<string, Candidate>()
  for (const candidate of sorted) {
    const whose = candidate.customer ?? candidate.account
    if (!best.has(whose)) best.set(whose, candidate)
  }
  return [...best.values()]
}
