/** Events a request, as the figure is asked for. */
export const BATCH = 100

const PEOPLE = 50_000

/** A person's events come with one cookie each, and some name the person. */
const identify = (n: number) => ({
  type: 'identify',
  ...named(n),
  traits: { email: `somebody${n % PEOPLE}@mail.test`, phone: phoneOf(n), name: `Somebody ${n % PEOPLE}`, plan: 'gold' },
})
const page = (n: number) => ({
  type: 'page',
  ...named(n),
  name: 'Product',
  properties: {
    path: `/p/${n % 997}`,
    title: 'A product of the shop',
    referrer: 'https://search.test/',
    url: `https://shop.test/p/${n % 997}`,
  },
})
const track = (n: number) => ({
  type: 'track',
  ...named(n),
  event: 'Product Added',
  properties: {
    sku: `S-${n % 997}`,
    price: 120_000 + (n % 100),
    currency: 'VND',
    quantity: 1 + (n % 3),
    cart_id: `cart-${n}`,
  },
})

/**
 * The body of a request: events in the Segment spec as its Node library writes them, some 420 bytes each, seven in ten
 * `track`, two `page`, one `identify`. Each event's message id is the run's name and its number.
 */
export function segmentBatch(run: string, batch: number): Buffer {
  const now = Date.now()
  const events = Array.from({ length: BATCH }, (_, place) => {
    const n = batch * BATCH + place
    const event = n % 10 === 0 ? identify(n) : n % 10 < 3 ? page(n) : track(n)
    const timestamp = new Date(now - (n % 3600) * 1000).toISOString()
    return { ...event, messageId: `${run}-${n}`, timestamp, ...AROUND }
  })
  return Buffer.from(JSON.stringify({ batch: events, sentAt: new Date(now).toISOString() }))
}

const AROUND = {
  context: { library: { name: '@segment/analytics-node', version: '3.1.0' } },
  integrations: {},
  _metadata: { nodeVersion: '24.0.0', jsRuntime: 'node' },
}

function named(n: number): object {
  return { userId: `user-${n % PEOPLE}`, anonymousId: `cookie-${n % PEOPLE}` }
}

function phoneOf(n: number): string {
  return `09${String(10_000_000 + (n % PEOPLE)).slice(0, 8)}`
}
