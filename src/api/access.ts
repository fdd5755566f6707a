import { ROLES, type Role } from './caller.ts'

/** What a role may see of a field: all of it, its mask, or the key sealed. What is not granted is refused. */
export type Grant = 'open' | 'masked' | 'sealed'
export type Cell = Readonly<Partial<Record<Role, Grant>>>

const everybody = (grant: Grant): Cell => Object.fromEntries(ROLES.map((role) => [role, grant]))
const only = (...roles: readonly Role[]): Cell => Object.fromEntries(roles.map((role) => [role, 'open']))

/** What says nothing of anybody: ids of customers, kinds, counts, days. */
const ALL = everybody('open')
/** Whom an app greets; whoever counts customers does not need to know. */
const NAME: Cell = { ...ALL, analyst: 'masked' }
/** What reaches somebody, finds them at home, or opens an account elsewhere. */
const PERSONAL: Cell = { ...ALL, app: 'masked', analyst: 'masked' }
/** Keys hold values; sealed ones still name what they name. */
const KEY: Cell = { ...ALL, app: 'sealed', analyst: 'sealed' }
/** How the graph comes to its customers: no business of a shop's app. */
const EVIDENCE: Cell = only('analyst', 'steward', 'fraud', 'privacy', 'admin')
const EVIDENCE_KEY: Cell = { ...EVIDENCE, analyst: 'sealed' }
const EVIDENCE_PERSONAL: Cell = { ...EVIDENCE, analyst: 'masked' }
const STEWARDS: Cell = only('steward', 'fraud', 'admin')
/** On the whole graph it takes a core for a while. */
const TRYING: Cell = only('analyst', 'steward', 'fraud', 'admin')
const AUDIT: Cell = only('privacy', 'admin')
/** Looking by a name or a record is asking whether there is somebody like that. */
const SEARCH: Cell = only('app', 'steward', 'fraud', 'privacy', 'admin')
const SEARCH_EVIDENCE: Cell = only('steward', 'fraud', 'privacy', 'admin')

/**
 * Who may see what: the one place that grants. By type and field; a field of `Query` is a question, one of `Mutation` a
 * command; `field(argument)` is granted beside its field where an argument tells more than the answer does.
 */
export const ACCESS: Readonly<Record<string, Readonly<Record<string, Cell>>>> = {
  Query: {
    customer: ALL,
    whatBecameOf: ALL,
    identifier: ALL,
    identify: ALL,
    customers: ALL,
    ...{ customersByName: SEARCH, searchRecord: SEARCH, why: EVIDENCE, whyNot: EVIDENCE },
    ...{ reviewQueue: STEWARDS, whatIf: TRYING, auditTrail: AUDIT },
  },
  Customer: {
    ...{ id: ALL, version: ALL, size: ALL, anchor: KEY, firstSeen: ALL, lastSeen: ALL, changedAt: ALL, cause: ALL },
    ...{ name: NAME, firstName: NAME, lastName: NAME, email: PERSONAL, phone: PERSONAL, birthday: PERSONAL },
    ...{ gender: PERSONAL, street: PERSONAL, city: PERSONAL, state: PERSONAL, postalCode: PERSONAL, country: ALL },
    ...{ golden: ALL, identifiers: ALL, records: ALL, formerIds: ALL, formerCustomers: ALL },
  },
  GoldenField: { field: ALL, value: PERSONAL, from: KEY },
  FormerCustomer: { id: ALL, version: ALL, anchor: KEY, cause: ALL, until: ALL, held: ALL },
  SeveralCustomers: { former: ALL, count: ALL, customers: ALL },
  DeadEnd: { former: ALL, identifier: ALL, status: ALL },
  Identifier: {
    ...{ key: KEY, kind: ALL, value: PERSONAL, status: ALL, firstSeen: ALL, lastSeen: ALL, sources: ALL },
    ...{ customer: ALL, records: ALL, observedCount: ALL, observed: EVIDENCE, scored: EVIDENCE, asserted: EVIDENCE },
  },
  Observed: { neighbour: EVIDENCE, firstSeen: EVIDENCE, lastSeen: EVIDENCE, sources: EVIDENCE, refused: EVIDENCE },
  Scored: { neighbour: EVIDENCE, probability: EVIDENCE, weight: EVIDENCE, model: EVIDENCE, refused: EVIDENCE },
  Asserted: {
    ...{ neighbour: EVIDENCE, verdict: EVIDENCE, id: EVIDENCE, by: EVIDENCE, at: EVIDENCE, refused: EVIDENCE },
    // Written freely by people: of whom it speaks nobody can tell.
    reason: EVIDENCE_PERSONAL,
  },
  Record: {
    ...{ key: KEY, source: ALL, sourceId: PERSONAL, account: ALL, observedAt: ALL },
    ...{ name: NAME, firstName: NAME, lastName: NAME, email: PERSONAL, phone: PERSONAL, birthday: PERSONAL },
    ...{ gender: PERSONAL, street: PERSONAL, city: PERSONAL, state: PERSONAL, postalCode: PERSONAL, country: ALL },
    traits: ALL,
  },
  Trait: { name: ALL, value: PERSONAL, observedAt: ALL },

  Mutation: {
    ...{ assertSame: STEWARDS, assertDifferent: STEWARDS, withdrawAssertion: STEWARDS, decideReview: STEWARDS },
    ...{ blockIdentifier: STEWARDS, allowIdentifier: STEWARDS, clearIdentifierDecision: STEWARDS },
  },
  CommandResult: {
    ...{ dryRun: STEWARDS, auditId: STEWARDS, known: STEWARDS, unresolved: STEWARDS },
    ...{ created: STEWARDS, changed: STEWARDS, split: STEWARDS, absorbed: STEWARDS, dissolved: STEWARDS },
  },
  CustomerChanges: { count: TRYING, customers: TRYING },
  CustomerChange: {
    ...{ id: TRYING, sizeBefore: TRYING, sizeAfter: TRYING, before: TRYING, after: TRYING, into: TRYING },
  },
  IdentifierRef: { key: KEY },
  AuditEntry: {
    ...{ id: AUDIT, at: AUDIT, by: AUDIT, role: AUDIT, command: AUDIT, reason: AUDIT, idempotencyKey: AUDIT },
    ...{ subject: AUDIT, other: AUDIT, known: AUDIT, before: AUDIT, after: AUDIT },
  },
  AuditSubject: { key: AUDIT },
  AuditState: { verdict: AUDIT, customers: AUDIT },
  AuditedCustomer: { id: AUDIT, size: AUDIT, identifiers: AUDIT },

  Together: {
    ...{
      customer: EVIDENCE,
      path: EVIDENCE,
      pathLength: EVIDENCE,
      weakest: EVIDENCE,
      cut: EVIDENCE,
      cutSize: EVIDENCE,
    },
  },
  Apart: {
    ...{ a: EVIDENCE, b: EVIDENCE, refused: EVIDENCE, undecided: EVIDENCE, linksBetween: EVIDENCE, between: EVIDENCE },
    alike: EVIDENCE,
  },
  ExplainedEnd: { key: EVIDENCE_KEY, status: EVIDENCE, customer: EVIDENCE, unresolved: EVIDENCE, shared: EVIDENCE },
  SharedBy: { kind: EVIDENCE, neighbours: EVIDENCE, limit: EVIDENCE },
  ExplainedLink: {
    ...{ type: EVIDENCE, a: EVIDENCE, b: EVIDENCE, probability: EVIDENCE, since: EVIDENCE, sources: EVIDENCE },
    records: EVIDENCE,
  },
  Obstacle: {
    ...{ type: EVIDENCE, a: EVIDENCE, b: EVIDENCE, records: EVIDENCE, kind: EVIDENCE, together: EVIDENCE },
    ...{ limit: EVIDENCE, identifier: EVIDENCE, until: EVIDENCE },
  },
  ComparedRecords: { a: EVIDENCE, b: EVIDENCE, match: EVIDENCE },
  ComparedRecord: { record: EVIDENCE_KEY, key: EVIDENCE_KEY, traits: EVIDENCE },
  TraitValue: { name: ALL, value: PERSONAL },
  Match: {
    probability: ALL,
    // By what it agrees in, a form would learn what it may not see, a birth date at a time.
    ...{ weighed: EVIDENCE, weight: EVIDENCE, prior: EVIDENCE, comparisons: EVIDENCE, bound: EVIDENCE },
    contradiction: EVIDENCE,
  },
  Comparison: { comparison: EVIDENCE, level: EVIDENCE, value: EVIDENCE_PERSONAL, bits: EVIDENCE },
  ReviewPair: {
    ...{ a: STEWARDS, b: STEWARDS, probability: STEWARDS, priority: STEWARDS, unsure: STEWARDS, records: STEWARDS },
  },
  SearchResult: { model: SEARCH, identifiers: SEARCH, candidates: SEARCH },
  FoundIdentifier: { key: { ...SEARCH, app: 'sealed' }, status: SEARCH, customer: SEARCH },
  Candidate: {
    ...{ customer: SEARCH, key: { ...SEARCH, app: 'sealed' }, record: { ...SEARCH, app: 'sealed' }, traits: SEARCH },
    ...{ sharing: SEARCH, isLink: SEARCH, match: SEARCH, contradicting: SEARCH_EVIDENCE },
  },
  ContradictingRecord: { record: SEARCH_EVIDENCE, match: SEARCH_EVIDENCE },
  WhatIf: {
    ...{ complete: TRYING, stopped: TRYING, identifiers: TRYING, affected: TRYING, unresolved: TRYING },
    ...{ toReviewBefore: TRYING, toReviewAfter: TRYING },
    ...{ created: TRYING, changed: TRYING, split: TRYING, absorbed: TRYING, dissolved: TRYING },
  },
}

/** What a role may see of a field, or of an argument that is granted by itself; undefined: nothing. */
export function grantOf(role: Role, type: string, field: string, argument?: string): Grant | undefined {
  const fields = Object.hasOwn(ACCESS, type) ? ACCESS[type] : undefined
  const name = argument === undefined ? field : `${field}(${argument})`
  if (fields === undefined || !Object.hasOwn(fields, name)) return argument === undefined ? undefined : 'open'
  return fields[name]?.[role]
}
