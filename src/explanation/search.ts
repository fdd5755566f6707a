import { SelfsameError } from '../errors.ts'
import { type Graph, int } from '../graph/graph.ts'
import { readCustomers } from '../graph/identity-reads.ts'
import { readBlocks } from '../graph/scoring-reads.ts'
import { limitsOf } from '../identity/active-blocks.ts'
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
  /** Whether the model would link it: it is probable enough, and nothing contradicts. */
  readonly isLink: boolean
  readonly match: MatchExplanation
  /** The record of the same customer that contradicts most, if any does: then they are two, however probable. */
  readonly contradicting: ComparedRecord | undefined
}

interface ComparedRecord {
  readonly record: RecordKey
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
  const [found, members, near] = await Promise.all([
    readPlaces(graph, identifiers),
    readBlocks({ run: graph.read }, limitsOf(blocks, policy.matching.maxBlock)),
    recordsNear(graph, identifiers),
  ])
  const proposed = [...members.values()].flatMap((records) => (records === 'many' ? [] : records))
  const records = await readFound(graph, new Set([...proposed, ...near]))
  const explain = (about: readonly Description[]) =>
    explainMatches(
      about.map((record) => [asked, record] as const),
      model,
      policy,
    )
  const matches = await explain(records.map(({ description }) => description))
  const compared = records.flatMap((each, index): Compared[] => {
    const match = matches[index]
    const sharing = found.filter(({ customer }) => customer !== undefined && customer === each.customer)
    return match === undefined ? [] : [{ ...each, match, sharing: sharing.map(({ key }) => key) }]
  })
  const alike = compared.filter(
    ({ match, sharing }) => match.probability >= policy.reviewThreshold || sharing.length > 0,
  )
  const best = bestOfEach(alike).slice(0, limit)
  const customers = await readCustomers({ run: graph.read }, new Set(best.flatMap(({ customer }) => customer ?? [])))
  const candidateOf = async ({ description, customer, status, sharing, match }: Compared): Promise<Candidate> => {
    const about = (customer && customers.get(customer)?.records) ?? [description]
    const contradicting = mostContradicting(about, await explain(about))
    const isLink = status === 'linking' && match.probability >= policy.linkThreshold && contradicting === undefined
    return {
      ...{ customer, account: description.account, record: description.key, traits: valuesOf(description) },
      ...{ sharing, isLink, match, contradicting },
    }
  }
  const candidates = await Promise.all(best.map(candidateOf))
  return { model: model.name, identifiers: found, candidates }
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

interface Found {
  readonly description: Description
  readonly status: Status
  readonly customer: CustomerId | undefined
}

interface Compared extends Found, Pick<Candidate, 'match' | 'sharing'> {}

async function readFound(graph: Graph, keys: ReadonlySet<RecordKey>): Promise<Found[]> {
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
function bestOfEach(compared: readonly Compared[]): Compared[] {
  const sorted = compared.toSorted(
    (a, b) => byLikeness(a.match, b.match) || (a.description.key < b.description.key ? -1 : 1),
  )
  const best = new Map<string, Compared>()
  for (const each of sorted) {
    const whose = each.customer ?? each.description.account
    if (!best.has(whose)) best.set(whose, each)
  }
  return [...best.values()]
}

function mostContradicting(
  records: readonly Description[],
  matches: readonly MatchExplanation[],
): ComparedRecord | undefined {
  const against = records.flatMap(({ key }, index) => {
    const match = matches[index]
    return match?.contradiction === undefined ? [] : [{ record: key, match }]
  })
  return against.toSorted((a, b) => a.match.weight - b.match.weight || (a.record < b.record ? -1 : 1))[0]
}
