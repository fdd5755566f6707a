import type { ComparedRecords } from '../explanation/most-alike.ts'
import type { Candidate, SearchResult } from '../explanation/search.ts'
import type { Apart, End, ExplainedLink, ExplainedObstacle, Together } from '../explanation/why.ts'
import { DAY } from '../identity/evidence.ts'
import type { CurrentRecord } from '../identity/facts.ts'
import { compareKeys } from '../identity/keys.ts'
import type { MatchExplanation } from '../matching/explain.ts'
import { refsOf } from './shown-difference.ts'

const MOST_SOURCES = 100

/** An answer of `why`, as the union `Explanation`. */
export function shownExplanation(answer: Together | Apart) {
  if (answer.together) {
    const { customer, path, weakest, cut, lengths } = answer
    return {
      ...{ __typename: 'Together', customer, pathLength: lengths.path, cutSize: lengths.cut },
      ...{ path: path.map(shownLink), weakest: weakest && shownLink(weakest), cut: cut.map(shownLink) },
    }
  }
  const { ends, refused, undecided, linksBetween, between, alike } = answer
  const [a, b] = ends.map(shownEnd)
  return {
    ...{ __typename: 'Apart', a, b, linksBetween, refused: refused.map(shownLink) },
    ...{
      undecided: undecided.map(shownLink),
      between: between.map(shownObstacle),
      alike: alike && shownRecords(alike),
    },
  }
}

function shownEnd(end: End) {
  return { ...end, customer: end.customer ?? null, shared: end.shared ?? null }
}

function shownLink({ a, b, since, sources, records, ...link }: ExplainedLink) {
  return {
    ...{ ...link, a: { key: a }, b: { key: b }, sources: sources.slice(0, MOST_SOURCES) },
    since: since === undefined ? null : new Date(since).toISOString(),
    records: records && shownRecords(records),
  }
}

function shownObstacle(obstacle: ExplainedObstacle) {
  const { type } = obstacle
  switch (type) {
    case 'not_same_as':
      return { type, a: { key: obstacle.a }, b: { key: obstacle.b } }
    case 'contradiction':
      return { type, records: obstacle.records && shownRecords(obstacle.records) }
    case 'capacity':
      return { type, kind: obstacle.kind, together: obstacle.together, limit: obstacle.limit }
    case 'size':
      return { type, together: obstacle.together, limit: obstacle.limit }
    case 'changed_hands':
      return { type, identifier: { key: obstacle.key }, until: new Date(obstacle.until * DAY).toISOString() }
  }
}

/** Two records with their waterfall. */
export function shownRecords({ a, b, match }: ComparedRecords) {
  return { a: shownRecord(a), b: shownRecord(b), match: shownMatch(match) }
}

function shownRecord({ key, account, fields }: CurrentRecord) {
  const traits = Object.entries(fields).map(([name, { value }]) => ({ name, value }))
  return { record: key, key: account, traits: inOrder(traits) }
}

function inOrder(traits: { name: string; value: string }[]) {
  return traits.sort((a, b) => compareKeys(a.name, b.name))
}

function shownMatch({ comparisons, ...match }: MatchExplanation) {
  const shown = comparisons.map(({ comparison, level, shared, bits }) => {
    return { comparison, level, bits, value: shared.length === 0 ? null : shared.join(' ') }
  })
  return { ...match, comparisons: shown }
}

/** What `searchRecord` found. */
export function shownSearch({ model, identifiers, candidates }: SearchResult) {
  return { model, identifiers, candidates: candidates.map(shownCandidate) }
}

function shownCandidate({ traits, sharing, match, contradicting, ...candidate }: Candidate) {
  return {
    ...{ ...candidate, key: candidate.account, sharing: refsOf(sharing), match: shownMatch(match) },
    traits: inOrder(Object.entries(traits).map(([name, value]) => ({ name, value }))),
    contradicting: contradicting && { record: contradicting.record, match: shownMatch(contradicting.match) },
  }
}
