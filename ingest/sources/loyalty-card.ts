import { id, mapping, type Optional, optionalTexts, saidOf, text } from '../shape.ts'

interface Body {
  readonly changeId: string
  readonly changedAt: string
  readonly cardNumber: string
  readonly closed?: boolean | null
  readonly holder?: Optional<'name' | 'email' | 'phone' | 'birthday'> | null
}

const schema = {
  type: 'object',
  required: ['changeId', 'changedAt', 'cardNumber'],
  properties: {
    ...{ changeId: id, changedAt: text, cardNumber: text, closed: { type: ['boolean', 'null'] } },
    holder: { type: ['object', 'null'], properties: optionalTexts('name', 'email', 'phone', 'birthday') },
  },
}

/** A card and its holder as they stand after a change, or its closing. */
export const loyaltyCard = mapping<Body>(schema, (card) => {
  const { name, email, phone, birthday } = card.holder ?? {}
  const gone = card.closed === true
  return {
    messageId: `loyalty:${card.changeId}`,
    source: 'loyalty',
    type: gone ? 'delete' : 'record',
    observedAt: card.changedAt,
    identifiers: [],
    record: { id: card.cardNumber, traits: gone ? undefined : saidOf({ name, email, phone, birthday }) },
  }
})
