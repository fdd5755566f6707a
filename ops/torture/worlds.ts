import * as fc from 'fast-check'
import { parseSupport, withdrawalScope } from '../../src/identity/evidence.ts'
import { compareKeys, identifierKey, identifierOf } from '../../src/identity/keys.ts'
import type { ObservationMessage } from '../../src/identity/observation.ts'
import type { Decision, IdentifierKey, Observation } from '../../src/identity/types.ts'
import { anyWorld, type World } from '../../test/oracle/populations.ts'

export interface Told {
  readonly messages: readonly ObservationMessage[]
  readonly decisions: readonly Decision[]
}

const BASE = Date.UTC(2025, 0, 1)
const ACCOUNTS: Readonly<Record<string, string>> = {
  crm: 'crm_contact',
  pos: 'pos_account',
  club: 'loyalty_card',
  shop: 'loyalty_card',
}

/** Small worlds in which identifiers collide all the time; the same seed gives the same ones. */
export function smallWorlds(seed: number, count: number): World[] {
  return fc.sample(anyWorld, { seed, numRuns: count })
}

/** The sources of world `n`, for the policy: its own, so that a withdrawal of one does not silence all worlds. */
export function sourcesOf(n: number): Readonly<Record<string, { account: string }>> {
  return Object.fromEntries(Object.entries(ACCOUNTS).map(([source, account]) => [`${source}.${n}`, { account }]))
}

/** A world as messages that sources would send and decisions that people would take, in names no other world has. */
export function told({ items }: World, n: number): Told {
  const messages = items.flatMap((item, index) => ('messageId' in item ? [messageOf(item, n, index)] : []))
  const decisions = items.flatMap((item) => ('messageId' in item ? [] : [decisionOf(item, n)]))
  return { messages, decisions }
}

function messageOf(observation: Observation, n: number, index: number): ObservationMessage {
  const { source, load, type, observedAt, identifiers, record } = observation
  const messageId = `w${n}-${index}`
  return {
    messageId,
    source: `${source}.${n}`,
    ...(load === '' ? {} : { load }),
    type,
    observedAt: new Date(BASE + observedAt).toISOString(),
    identifiers: identifiers.map(({ key }) => identifierIn(key, n)),
    ...(record && { record: { id: recordId(source, record.id, n), traits: traitsIn(record.traits) } }),
    ...(index % 3 === 0 && type !== 'delete' ? { event: { name: 'Seen', properties: { index } } } : {}),
  }
}

function identifierIn(key: IdentifierKey, n: number): ObservationMessage['identifiers'][number] {
  const { kind, value } = identifierOf(key)
  switch (kind) {
    case 'email':
      return { kind, value: `${value}.${n}@mail.vn` }
    case 'phone':
      return { kind, value: `+8491${String(n).padStart(4, '0')}${value.padStart(3, '0')}` }
    case 'loyalty_card':
      return { kind, value: cardIn(value, n) }
    case 'crm_contact':
    case 'pos_account': {
      const [source, id = ''] = value.split(':')
      return { kind, value: id, scope: `${source}.${n}` }
    }
    default:
      return { kind, value: `${value}-${n}` }
  }
}

function cardIn(value: string, n: number): string {
  return `W${n}X${value}`
}

function recordId(source: string, id: string, n: number): string {
  return ACCOUNTS[source] === 'loyalty_card' ? cardIn(id, n) : id
}

/** Years as dates: only of those does one contradict another. */
function traitsIn({ birthday, ...others }: Readonly<Record<string, string>>): Record<string, string> {
  return birthday === undefined ? others : { ...others, birthday: `${birthday}-05-17` }
}

function keyIn(key: IdentifierKey, n: number): IdentifierKey {
  const { kind, value, scope } = identifierIn(key, n)
  return identifierKey(kind, scope === undefined ? value : `${scope}:${value}`)
}

function decisionOf(decision: Decision, n: number): Decision {
  const own = { id: `w${n}-${decision.id}`, at: BASE + decision.at }
  switch (decision.decision) {
    case 'assertion': {
      const [a, b] = [keyIn(decision.a, n), keyIn(decision.b, n)].sort(compareKeys) as [IdentifierKey, IdentifierKey]
      return { ...decision, ...own, a, b }
    }
    case 'override':
      return { ...decision, ...own, identifier: keyIn(decision.identifier, n) }
    case 'withdrawal':
      return { ...decision, ...own, scope: scopeIn(decision.scope, n) }
  }
}

function scopeIn(scope: string, n: number): string {
  const { source, load, recordId: id } = parseSupport(scope)
  const named = `${source}.${n}`
  if (id !== undefined) return withdrawalScope.record(named, recordId(source, id, n))
  return load === '' ? withdrawalScope.source(named) : withdrawalScope.load(named, load)
}
