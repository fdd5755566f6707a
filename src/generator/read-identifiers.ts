import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { Message } from './generate.ts'

/**
 * The identifiers in a message as `kind:normal form`, read without the code that maps and normalises them in earnest:
 * what the generator's tests hold its truth against.
 */
export function identifiersIn({ topic, body }: Pick<Message, 'topic' | 'body'>): string[] {
  const fields = body as Record<string, string | undefined>
  const holder = (fields.holder ?? {}) as Record<string, string | undefined>
  switch (topic) {
    case 'web-click':
      return [as('cookie', fields.cookie), as('user_id', scoped('web', fields.userId)), ...contacts(fields)].flat()
    case 'pos-sale':
      return [
        as('pos_account', scoped('pos', fields.account)),
        as('loyalty_card', card(fields.loyaltyCard)),
        ...contacts(fields),
      ].flat()
    case 'crm-contact':
      return [as('crm_contact', scoped('crm', fields.contactId)), ...contacts(fields)].flat()
    case 'loyalty-card':
      return [as('loyalty_card', card(fields.cardNumber)), ...contacts(holder)].flat()
  }
}

const as = (kind: string, value: string | undefined): string[] => (value === undefined ? [] : [`${kind}:${value}`])
const scoped = (scope: string, value: string | undefined) => (value === undefined ? undefined : `${scope}:${value}`)
const card = (value: string | undefined) => value?.replaceAll(/[\s-]/g, '').toUpperCase()

function contacts({ email, phone }: Record<string, string | undefined>): string[][] {
  const number = phone === undefined ? undefined : parsePhoneNumberFromString(phone, 'VN')
  return [as('email', email?.trim().toLowerCase()), as('phone', number?.isValid() ? number.number : undefined)]
}

/** What one gets by merging on every identifier that two messages share: identifier → the first of its component. */
export function mergedOnEverything(messages: Iterable<Message>): Map<string, string> {
  const parents = new Map<string, string>()
  const root = (key: string): string => {
    const parent = parents.get(key) ?? key
    if (parent === key) return key
    const top = root(parent)
    parents.set(key, top)
    return top
  }
  for (const message of messages) {
    const [first, ...others] = identifiersIn(message)
    if (first === undefined) continue
    if (!parents.has(first)) parents.set(first, first)
    for (const other of others) parents.set(root(other), root(first))
  }
  return new Map([...parents.keys()].map((key) => [key, root(key)]))
}
