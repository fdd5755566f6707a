import {
  type Built,
  iso,
  type Mention,
  mentionEmail,
  mentionPhone,
  own,
  placeholderEmail,
  placeholderPhone,
  type Scene,
  silent,
} from './mention.ts'
import { writePhone } from './phone-numbers.ts'
import { below, between, chance, pick, type Random, randomOf, uniqueHex, uuid } from './random.ts'
import { writeNameAtTill } from './spelling.ts'

const walkInNames = ['Khách lẻ', 'khach le', 'KHÁCH LẺ', 'Khach', 'KL']

/** How a till knows the holder of an account. */
type Custom = 'named' | 'clerk' | 'placeholder' | 'silent' | 'walk-in'

interface Account {
  readonly id: string
  readonly store: number
  readonly custom: Custom
  /** As the clerk typed it when the account was opened. */
  readonly name: string | undefined
  readonly clerk: number
}

/** A sale at a till, on an account of that store. */
export function posSale(scene: Scene): Built {
  const { random, slot } = scene
  const account = accountOf(scene)
  const saleId = uuid(random)
  const { phone, email, card } = contact(scene, account)
  const items = Array.from({ length: 1 + below(random, 4) }, () => ({
    sku: `SKU-${1000 + below(random, 4000)}`,
    quantity: 1 + below(random, 3),
    price: between(random, 12, 900) * 1000,
  }))
  const body = {
    saleId,
    soldAt: iso(slot.at),
    store: `pos-${account.store + 1}`,
    account: account.id,
    customerName: account.name,
    phone: phone.written,
    email: email.written,
    loyaltyCard: card.written,
    total: items.reduce((total, { quantity, price }) => total + quantity * price, 0),
    currency: 'VND',
    items,
  }
  return { body, proves: provedBy(scene, account, [phone, email, card]) }
}

function provedBy({ person }: Scene, account: Account, mentions: readonly Mention[]): Built['proves'] {
  const shown = mentions.flatMap(({ proves }) => proves)
  const judgeable = account.custom !== 'walk-in' && (shown.length > 0 || account.name !== undefined)
  return judgeable && !walkInNames.includes(account.name ?? '')
    ? [...shown, own('pos_account', `pos:${account.id}`, person)]
    : shown
}

/** The person's nth account: the first at the nearest store, the others at the next or anywhere. */
function accountOf({ world, household, person, slot }: Scene): Account {
  const random = randomOf(world.seed, 'account', person.member.index, slot.item)
  const store = slot.item < 2 ? (household.stores[slot.item] as number) : below(random, world.stores)
  const custom = customOf(random, world.odds)
  const clerk = below(random, world.clerksPerStore)
  if (custom === 'walk-in') return { id: `pos-${store + 1}-0`, store, custom, name: pick(random, walkInNames), clerk }
  const id = `pos-${store + 1}-${uniqueHex(world.seed, person.member.index * 8 + slot.item)}`
  return { id, store, custom, name: nameAtTill(random, { world, person }, custom), clerk }
}

function customOf(random: Random, odds: (probability: number) => number): Custom {
  const draw = random()
  if (draw < odds(0.06)) return 'clerk'
  if (draw < odds(0.13)) return 'placeholder'
  if (draw < odds(0.15)) return 'walk-in'
  return chance(random, 0.08) ? 'silent' : 'named'
}

function nameAtTill(random: Random, { world, person }: Pick<Scene, 'world' | 'person'>, custom: Custom) {
  if (custom === 'placeholder' && chance(random, 0.3)) return pick(random, walkInNames)
  return chance(random, custom === 'silent' ? 0.4 : 0.62)
    ? writeNameAtTill(random, { name: person.name, woman: person.member.woman }, world.odds)
    : undefined
}

function contact(scene: Scene, { custom, store, clerk }: Account): { phone: Mention; email: Mention; card: Mention } {
  const { world, person, random, slot } = scene
  const nothing = { phone: silent, email: silent, card: silent }
  switch (custom) {
    case 'clerk':
      return { ...nothing, phone: { written: writePhone(random, world.clerkPhone(store, clerk)), proves: [] } }
    case 'placeholder':
      return chance(random, 0.7)
        ? { ...nothing, phone: placeholderPhone(random) }
        : { ...nothing, email: placeholderEmail(random) }
    case 'walk-in':
      return chance(random, 0.25) ? { ...nothing, phone: placeholderPhone(random) } : nothing
    case 'silent':
      return nothing
    case 'named': {
      const card = slot.showsCard ? showCard(person, random) : silent
      if (slot.showsCard && chance(random, 0.75)) return { ...nothing, card }
      const draw = random()
      if (draw < 0.07) return { ...nothing, card }
      return draw < 0.12
        ? { phone: silent, email: mentionEmail(scene, random, 0.012), card }
        : { phone: mentionPhone(scene, random, 0.012), email: silent, card }
    }
  }
}

/** A card as the scanner reads it or the clerk types it, with a blank after each four digits. */
function showCard(person: Scene['person'], random: Random): Mention {
  const { cardNumber } = person
  const typed = `${cardNumber.slice(0, 2)} ${cardNumber.slice(2, 6)} ${cardNumber.slice(6, 10)} ${cardNumber.slice(10)}`
  const written = chance(random, 0.12) ? (chance(random, 0.5) ? typed : cardNumber.toLowerCase()) : cardNumber
  return { written, proves: [own('loyalty_card', cardNumber, person)] }
}
