import { writeBirthday } from './birthday.ts'
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
import { pickAddress } from './places.ts'
import { chance, type Random, randomOf, uniqueHex, uuid } from './random.ts'
import { withoutDiacritics, writeName } from './spelling.ts'

/** A row of the CRM as it stands after a change, or its deletion. The second version corrects or completes the first. */
export function crmContact(scene: Scene): Built {
  const { person, random, slot, world } = scene
  const contactId = `C${uniqueHex(world.seed, person.member.index * 4 + slot.item)}`
  const change = { changeId: uuid(random), changedAt: iso(slot.at), contactId }
  if (slot.act === 'delete-contact') return { body: { ...change, deleted: true }, proves: [] }
  const { email, phone, traits } = row(scene)
  const body = { ...change, email: email.written, phone: phone.written, ...traits }
  if (!slot.inForce) return { body, proves: [] }
  return { body, proves: [own('crm_contact', `crm:${contactId}`, person), ...email.proves, ...phone.proves] }
}

interface Row {
  readonly email: Mention
  readonly phone: Mention
  readonly traits: object
}

/** Each part from random numbers of its own, so that what was not corrected is spelt the same in both versions. */
function row(scene: Scene): Row {
  const { world, slot } = scene
  const [look, ofEmail, ofPhone] = [partOf(scene, 0), partOf(scene, 1), partOf(scene, 2)]
  const toCorrect = slot.version === 0 && !slot.inForce
  const email = chance(ofEmail, 0.72) ? mentionEmail(scene, ofEmail, toCorrect ? 0.4 : 0.012) : silent
  const phone = chance(ofPhone, 0.74) ? mentionPhone(scene, ofPhone, toCorrect ? 0.3 : 0.012) : silent
  const mandatory = look() < world.odds(0.03)
  return {
    email: mandatory && email === silent ? placeholderEmail(look) : email,
    phone: mandatory && phone === silent ? placeholderPhone(look) : phone,
    traits: traits(scene, partOf(scene, 3)),
  }
}

const partOf = ({ world, person, slot }: Scene, part: number): Random =>
  randomOf(world.seed, 'contact', person.member.index, slot.item * 4 + part)

function traits({ world, household, person, slot }: Scene, random: Random): object {
  const fullName = chance(random, 0.97) ? writeName(random, person.name, world.odds) : undefined
  const knowsBirthday = chance(random, 0.6) || slot.version > 0
  const birthday = writeBirthday(random, person.birthday, world.odds)
  const gender = chance(random, 0.4) ? (person.member.woman ? 'female' : 'male') : undefined
  const moved = chance(random, world.odds(0.05)) && slot.version > 0
  const address = moved ? pickAddress(random) : chance(random, 0.1) ? household.address : person.address
  const plain = chance(random, world.odds(0.3))
  const spell = plain ? withoutDiacritics : (text: string) => text
  const knowsAddress = chance(random, 0.82)
  return {
    fullName,
    birthday: knowsBirthday ? birthday : undefined,
    gender,
    street: knowsAddress ? spell(address.street) : undefined,
    city: knowsAddress ? spell(address.city) : undefined,
    country: knowsAddress ? 'VN' : undefined,
  }
}
