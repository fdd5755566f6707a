import { id, mapping, type Optional, optionalTexts, saidOf, text } from '../shape.ts'

const traits = ['fullName', 'email', 'phone', 'birthday', 'gender', 'street', 'city', 'country'] as const

interface Body extends Optional<(typeof traits)[number]> {
  readonly changeId: string
  readonly changedAt: string
  readonly contactId: string
  readonly deleted?: boolean | null
}

const schema = {
  type: 'object',
  required: ['changeId', 'changedAt', 'contactId'],
  properties: {
    ...{ changeId: id, changedAt: text, contactId: text, deleted: { type: ['boolean', 'null'] } },
    ...optionalTexts(...traits),
  },
}

/** A contact's whole row as it stands after a change, or its deletion. E-mail and phone count as identifiers. */
export const crmContact = mapping<Body>(schema, (contact) => {
  const { fullName, email, phone, birthday, gender, street, city, country } = contact
  const gone = contact.deleted === true
  return {
    messageId: `crm:${contact.changeId}`,
    source: 'crm',
    type: gone ? 'delete' : 'record',
    observedAt: contact.changedAt,
    identifiers: [],
    record: {
      id: contact.contactId,
      traits: gone
        ? undefined
        : { ...saidOf({ name: fullName, email, phone, birthday, gender }), address: saidOf({ street, city, country }) },
    },
  }
})
