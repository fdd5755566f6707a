import { compareKeys, identifierKey, identifierOf, recordKey } from '../src/identity/keys.ts'
import type { IdentifierKey, Observation } from '../src/identity/types.ts'
import { DAY, event } from './told.ts'

const PEOPLE = [
  ['Trần Thị Hoa', 'Trần Hoa'],
  ['Lê Minh Châu', 'Lê Châu'],
  ['Phạm Quốc Bảo', 'Phạm Bảo'],
  ['Đỗ Khánh Linh', 'Đỗ Linh'],
] as const
/** Of one person: pairs of these are alike to every degree. The third has the shorter name. */
const VARIANTS: readonly Record<string, string>[] = [
  { birthday: '1990-02-14', 'address.city': 'Huế' },
  { birthday: '1990-02-15' },
  { birthday: '1990-02-14' },
  { email: 'an.1@mail.vn', 'address.city': 'Huế' },
  { email: 'an.12@mail.vn' },
  { 'address.street': '12 Lê Lợi', 'address.city': 'Huế' },
]

/** How many there are. */
export const ALIKE_CONTACTS = PEOPLE.length * VARIANTS.length

/** Every fifth contact has a phone that contacts of other people have as well. */
export function alikeContact(number: number): Observation {
  const id = String(number)
  const account = identifierKey('crm_contact', `crm:${id}`)
  const phone = identifierKey('phone', `+8486896481${number % 2}`)
  const variant = Math.floor(number / PEOPLE.length)
  const name = PEOPLE[number % PEOPLE.length]?.[variant === 2 ? 1 : 0] ?? ''
  const claims: IdentifierKey[] = number % 5 === 0 ? [phone] : []
  return event({
    ...{ source: 'crm', type: 'record', observedAt: DAY * number },
    identifiers: [account, ...claims].sort(compareKeys).map(identifierOf),
    record: { key: recordKey('crm', id), id, account, traits: { name, ...VARIANTS[variant] } },
  })
}
