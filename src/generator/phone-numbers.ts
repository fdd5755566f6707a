import { below, pick, type Random, scramble } from './random.ts'

/** Vietnamese mobile prefixes (after the trunk 0) of which every seven digits are a valid number. */
const prefixes = '32 33 34 35 36 37 38 39 56 58 70 76 77 78 79 81 82 83 84 85 86 88 90 91 92 93 94 96 97 98'.split(' ')
const low = 10_000
const high = prefixes.length * 1000

/** Real-looking numbers that people type to get past a mandatory field. The last two are not even valid. */
export const placeholderPhones = ['0900000000', '0912345678', '0987654321', '0999999999', '0000000000', '0123456789']
const reserved = new Set(placeholderPhones.map((phone) => `+84${phone.slice(1)}`))

/**
 * The `number`th phone in E.164, each number its own. Negative numbers count from the other end: the clerks' phones.
 * A small unbalanced Feistel network (Luby & Rackoff 1988) over the 300 million numbers is a bijection that leaves no pattern.
 */
export function phoneNumber(seed: number, number: number): string {
  let at = ((number % (high * low)) + high * low) % (high * low)
  do at = shuffle(seed, at)
  while (reserved.has(e164(at)))
  return e164(at)
}

const e164 = (at: number): string =>
  `+84${prefixes[Math.floor(at / 10_000_000)]}${String(at % 10_000_000).padStart(7, '0')}`

function shuffle(seed: number, number: number): number {
  let left = Math.floor(number / low)
  let right = number % low
  for (let round = 0; round < 3; round++) {
    right = (right + (scramble(left ^ scramble(seed + round)) >>> 0)) % low
    left = (left + (scramble(right ^ scramble(seed - round)) >>> 0)) % high
  }
  return left * low + right
}

/** A phone as people write it, from its E.164 form. */
export function writePhone(random: Random, phone: string): string {
  const digits = phone.slice(3)
  const [two, three, middle, last] = [digits.slice(0, 2), digits.slice(2, 5), digits.slice(3, 6), digits.slice(6)]
  switch (below(random, 10)) {
    case 0:
      return phone
    case 1:
      return phone.slice(1)
    case 2:
      return `0${digits.slice(0, 3)} ${middle} ${last}`
    case 3:
      return `0${digits.slice(0, 3)}.${middle}.${last}`
    case 4:
      return `(+84) ${digits.slice(0, 3)}-${middle}-${last}`
    case 5:
      return `0${two} ${three} ${digits.slice(5)}`
    case 6:
      return `+84 ${digits.slice(0, 3)} ${middle} ${last}`
    default:
      return `0${digits}`
  }
}

/** A phone with one digit wrong, in the national form. */
export function mistypePhone(random: Random, phone: string): string {
  const digits = `0${phone.slice(3)}`
  const at = 3 + below(random, 7)
  const wrong = pick(
    random,
    [...'0123456789'].filter((digit) => digit !== digits[at]),
  )
  return digits.slice(0, at) + wrong + digits.slice(at + 1)
}
