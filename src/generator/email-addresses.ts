import type { FullName } from './names.ts'
import { below, between, chance, pick, type Random, tickets } from './random.ts'
import { misspell, withoutDiacritics } from './spelling.ts'

const privateDomains = tickets([
  [74, 'gmail.com'],
  [6, 'yahoo.com'],
  [5, 'yahoo.com.vn'],
  [5, 'outlook.com'],
  [5, 'hotmail.com'],
  [5, 'icloud.com'],
])

/** Addresses that stand for "none". */
export const placeholderEmails = ['noreply@shop.example', 'test@test.com', 'khachle@shop.example', 'none@none.com']

/**
 * An address that no other person has: its last digits are the person's own number.
 * `work` gives one at an employer, of which nobody has a private one.
 */
export function emailAddress(random: Random, name: FullName, options: { number: number; work: boolean }): string {
  const stem = stemOf(random, { family: plain(name.family), middle: plain(name.middle), given: plain(name.given) })
  const domain = options.work ? `congty${between(random, 1, 400)}.vn` : pick(random, privateDomains)
  return `${stem}${scattered(options.number + 10)}@${domain}`
}

function stemOf(random: Random, { family, middle, given }: FullName): string {
  switch (below(random, 8)) {
    case 0:
      return given + family
    case 1:
      return family + given
    case 2:
      return `${given}.${family}`
    case 3:
      return middle + given
    case 4:
      return given + middle
    case 5:
      return family + middle + given
    case 6:
      return given + family.charAt(0) + middle.charAt(0)
    default:
      return `${given}_${between(random, 60, 99)}_`
  }
}

const plainNames = new Map<string, string>()

/** A name of the stock, plain and lower case. The stock is small, the people are many: each is worked out once. */
function plain(name: string): string {
  const known = plainNames.get(name) ?? withoutDiacritics(name).toLowerCase()
  plainNames.set(name, known)
  return known
}

/** A bijection on the numbers of as many digits, so that neighbours in number are none in address. */
function scattered(number: number): number {
  const least = 10 ** (String(number).length - 1)
  return least + (((number - least) * 48_271) % (9 * least))
}

/** An address as people and their keyboards write it: the normal form is unchanged. */
export function writeEmail(random: Random, email: string): string {
  const draw = random()
  if (draw < 0.12) return email.charAt(0).toUpperCase() + email.slice(1)
  if (draw < 0.16) return email.toUpperCase()
  if (draw < 0.2) return `${email} `
  return draw < 0.22 ? ` ${email}` : email
}

/** An address that is not the one meant: a slip in the local part or a domain that does not exist. */
export function mistypeEmail(random: Random, email: string): string {
  const [local = '', domain = ''] = email.split('@')
  if (domain.endsWith('.com') && chance(random, 0.4)) {
    return `${local}@${domain.replace(/^gmail/, 'gmial').replace(/\.com$/, '.con')}`
  }
  return `${misspell(random, local)}@${domain}`
}
