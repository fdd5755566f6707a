import { addObservation, type Evidence, emptyEvidence } from '../src/identity/evidence.ts'
import { factsOf } from '../src/identity/facts.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../src/identity/keys.ts'
import type { IdentifierKey, Observation } from '../src/identity/types.ts'

export const DAY = 86_400_000
export const cookie = identifierKey('cookie', 'c')
export const email = identifierKey('email', 'e')
export const account = identifierKey('crm_contact', 'crm:1')

/** A cookie and an e-mail seen together, unless said otherwise. */
export function event(over: Partial<Observation> = {}): Observation {
  const identifiers = [cookie, email].map(identifierOf)
  return { messageId: 'm', source: 'web', load: '', type: 'track', observedAt: 0, recordedAt: 0, identifiers, ...over }
}

/** A version of contact 1 of the CRM, with these traits and claims. */
export function row(
  observedAt: number,
  traits: Record<string, string>,
  claims: IdentifierKey[] = [],
  over: Partial<Observation> = {},
) {
  const identifiers = [account, ...claims].sort(compareKeys).map(identifierOf)
  const record = { key: recordKey('crm', '1'), id: '1', account, traits }
  return event({ source: 'crm', type: 'record', observedAt, identifiers, record, ...over })
}

/** The evidence of these observations, told in this order. */
export function fold(...observations: Observation[]): Evidence {
  const evidence = emptyEvidence()
  for (const observation of observations) addObservation(evidence, observation)
  return evidence
}

/** The name of contact 1 as it stands. */
export function nameIn(evidence: Evidence) {
  return factsOf(evidence).records.get(recordKey('crm', '1'))?.fields.name
}
