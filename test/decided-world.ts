import { compareKeys, identifierKey, identifierOf, recordKey } from '../src/identity/keys.ts'
import type { Matching } from '../src/identity/resolve.ts'
import type { IdentifierKey, Observation } from '../src/identity/types.ts'
import { rules as plainRules } from './live.ts'
import { DAY, event } from './told.ts'

const plain = plainRules()
/** Records of one `group` are alike, not enough to be linked. */
const matching: Matching = {
  ...plain.matching,
  model: 'by group',
  blocksOf: ({ fields }) => (fields.group === undefined ? [] : [Number(fields.group.value)]),
  score: async (pairs) => pairs.map(() => ({ probability: 0.7, weight: 1.2, contradicts: false })),
}
export const groupRules = { ...plain, matching }

export const [mail, phone, card, cookie] = [
  identifierKey('email', 'an@mail.vn'),
  identifierKey('phone', '+84868964818'),
  identifierKey('loyalty_card', 'LC1'),
  identifierKey('cookie', 'ck-1'),
]
export const placeholder = identifierKey('email', 'noreply@mail.vn')
export const crm = (id: string) => identifierKey('crm_contact', `crm:${id}`)

export function together(day: number, ...keys: IdentifierKey[]): Observation {
  return event({ observedAt: day * DAY, identifiers: keys.sort(compareKeys).map(identifierOf) })
}

export function contact(id: string, group: number): Observation {
  const record = { key: recordKey('crm', id), id, account: crm(id), traits: { group: `${group}` } }
  return { ...together(4, crm(id)), source: 'crm', type: 'record', record }
}
