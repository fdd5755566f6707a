import { id, identifiersOf, mapping, type Optional, optionalTexts, said, saidOf, text } from '../shape.ts'

interface Body extends Optional<'userId' | 'email' | 'phone' | 'sku' | 'url'> {
  readonly id: string
  readonly at: string
  readonly cookie: string
  readonly action: string
}

const schema = {
  type: 'object',
  required: ['id', 'at', 'cookie', 'action'],
  properties: { id, at: text, cookie: text, action: id, ...optionalTexts('userId', 'email', 'phone', 'sku', 'url') },
}

/** Names by Segment's e-commerce spec where it has one. */
const names = new Map([
  ['add_to_cart', 'Product Added'],
  ['remove_from_cart', 'Product Removed'],
  ['search', 'Products Searched'],
  ['checkout', 'Checkout Started'],
  ['login', 'Signed In'],
  ['signup', 'Signed Up'],
  ['newsletter', 'Newsletter Subscribed'],
  ['order_lookup', 'Order Looked Up'],
])

/**
 * A click in the web shop. The strongest identifier comes first, because the event is counted for its customer: a
 * cookie may be a kiosk's.
 */
export const webClick = mapping<Body>(schema, (click) => {
  const known = identifiersOf(['user_id', click.userId], ['email', click.email], ['phone', click.phone])
  return {
    messageId: `web:${click.id}`,
    source: 'web',
    type: known.length > 0 ? 'identify' : 'track',
    observedAt: click.at,
    identifiers: [...known, ...identifiersOf(['cookie', click.cookie])],
    event: { name: nameOf(click), properties: saidOf({ sku: click.sku, url: click.url }) },
  }
})

function nameOf({ action, sku }: Body): string {
  if (action === 'page_view') return said(sku) === undefined ? 'Page Viewed' : 'Product Viewed'
  const words = action.split(/[\s_-]+/u).filter((word) => word !== '')
  return names.get(action) ?? (words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ') || action)
}
