import { id, identifiersOf, mapping, type Optional, optionalTexts, said, text } from '../shape.ts'

interface Body extends Optional<'customerName' | 'phone' | 'email' | 'loyaltyCard'> {
  readonly saleId: string
  readonly soldAt: string
  readonly store: string
  readonly account: string
  readonly total: number
  readonly currency: string
  readonly items?: readonly { sku: string; quantity: number; price: number }[] | null
}

const schema = {
  type: 'object',
  required: ['saleId', 'soldAt', 'store', 'account', 'total', 'currency'],
  properties: {
    ...{ saleId: id, soldAt: text, store: text, account: text, total: { type: 'number' }, currency: text },
    ...optionalTexts('customerName', 'phone', 'email', 'loyaltyCard'),
    items: {
      type: ['array', 'null'],
      items: {
        type: 'object',
        required: ['sku', 'quantity', 'price'],
        properties: { sku: text, quantity: { type: 'number' }, price: { type: 'number' } },
      },
    },
  },
}

/** A sale at a till: an order of the POS account, and where the clerk typed a name, what the account says of itself. */
export const posSale = mapping<Body>(schema, (sale) => {
  const name = said(sale.customerName)
  return {
    messageId: `pos:${sale.saleId}`,
    source: 'pos',
    type: 'track',
    observedAt: sale.soldAt,
    identifiers: identifiersOf(
      ['pos_account', sale.account],
      ['loyalty_card', sale.loyaltyCard],
      ['phone', sale.phone],
      ['email', sale.email],
    ),
    record: name === undefined ? undefined : { id: sale.account, traits: { name } },
    event: {
      name: 'Order Completed',
      properties: {
        ...{ order_id: sale.saleId, store: sale.store, total: sale.total, currency: sale.currency },
        products: (sale.items ?? []).map(({ sku, quantity, price }) => ({ sku, quantity, price })),
      },
    },
  }
})
