import { cookieOf } from './household.ts'
import { type Built, iso, type Mention, mentionEmail, mentionPhone, own, type Scene, silent } from './mention.ts'
import { below, chance, pick, type Random, uuid } from './random.ts'

const views = ['page_view', 'page_view', 'page_view', 'search', 'add_to_cart'] as const

/** A click on the web shop: anonymous, or one that tells who it is (a login, a newsletter, a checkout, an order looked up). */
export function webClick(scene: Scene): Built {
  return scene.slot.act === 'browse' ? browse(scene) : identify(scene)
}

function browse(scene: Scene): Built {
  const { random } = scene
  const action = pick(random, views)
  return { body: click(scene, action, { sku: sku(random) }), proves: [] }
}

function identify(scene: Scene): Built {
  const { person, random, slot } = scene
  const { action, userId, email, phone } = introduction(scene)
  const said = { userId, email: email.written, phone: phone.written }
  const body = click(scene, action, action === 'checkout' ? { ...said, sku: sku(random) } : said)
  const proves = [...email.proves, ...phone.proves]
  if (userId !== undefined) proves.push(own('user_id', `web:${userId}`, person))
  if (slot.where === 'own') proves.push(own('cookie', cookieOf(scene.world, person.member.index, slot.item), person))
  return { body, proves }
}

interface Introduction {
  readonly action: string
  readonly userId: string | undefined
  readonly email: Mention
  readonly phone: Mention
}

/** How a visitor makes themselves known. Those without an e-mail give a phone. */
function introduction(scene: Scene): Introduction {
  const { person, random } = scene
  const draw = random()
  const nobody = { userId: undefined, email: silent, phone: silent }
  if (person.email === undefined || (draw < 0.18 && scene.slot.where === 'own')) {
    return { ...nobody, action: 'order_lookup', phone: mentionPhone(scene, random, 0.006) }
  }
  if (draw < 0.22 && scene.slot.where === 'own') {
    return {
      ...nobody,
      action: 'checkout',
      email: mentionEmail(scene, random, 0.01),
      phone: mentionPhone(scene, random, 0.006),
    }
  }
  if (person.userId === undefined || draw < 0.4) {
    return { ...nobody, action: 'newsletter', email: mentionEmail(scene, random, 0.01) }
  }
  // Who logs in cannot mistype: the address is that of the account.
  const email = chance(random, 0.7) ? mentionEmail(scene, random, 0) : silent
  return { ...nobody, action: 'login', userId: person.userId, email }
}

interface Said {
  readonly userId?: string | undefined
  readonly email?: string | undefined
  readonly phone?: string | undefined
  readonly sku?: string | undefined
}

function click(scene: Scene, action: string, { userId, email, phone, sku }: Said): object {
  const id = uuid(scene.random)
  const url = sku === undefined ? undefined : `/p/${sku.toLowerCase()}`
  return { id, at: iso(scene.slot.at), cookie: cookie(scene), action, userId, email, phone, sku, url }
}

function cookie({ world, household, person, slot, random }: Scene): string | undefined {
  if (slot.where === 'kiosk') return world.kiosk(household.stores[0], below(random, world.kiosksPerStore))
  return slot.where === 'family' ? household.device : cookieOf(world, person.member.index, slot.item)
}

const sku = (random: Random): string => `SKU-${1000 + below(random, 4000)}`
