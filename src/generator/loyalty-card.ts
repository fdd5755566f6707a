import { writeBirthday } from './birthday.ts'
import { type Built, iso, mentionEmail, mentionPhone, own, type Scene, silent } from './mention.ts'
import { chance, randomOf, uuid } from './random.ts'
import { writeName } from './spelling.ts'

/** A loyalty card as it stands after a change, or its closing. The second version completes the first. */
export function loyaltyCard(scene: Scene): Built {
  const { world, person, random, slot } = scene
  const change = { changeId: uuid(random), changedAt: iso(slot.at), cardNumber: person.cardNumber }
  if (slot.act === 'close-card') return { body: { ...change, closed: true }, proves: [] }
  const form = randomOf(world.seed, 'card', person.member.index)
  const phone = chance(form, 0.8) ? mentionPhone(scene, form, 0.012) : silent
  const email = chance(form, 0.42) || slot.version > 0 ? mentionEmail(scene, form, 0.012) : silent
  const traits = randomOf(world.seed, 'card', person.member.index, 1)
  const holder = {
    name: chance(traits, 0.96) ? writeName(traits, person.name, world.odds) : undefined,
    email: email.written,
    phone: phone.written,
    birthday: chance(traits, 0.5) ? writeBirthday(traits, person.birthday, world.odds) : undefined,
  }
  const proves = [own('loyalty_card', person.cardNumber, person), ...phone.proves, ...email.proves]
  return { body: { ...change, holder }, proves: slot.inForce ? proves : [] }
}
