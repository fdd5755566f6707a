import { parsePhoneNumberFromString } from 'libphonenumber-js/max'

/**
 * A personal value as somebody sees it who may not see it whole: enough to recognise one that is known already
 * (`p***@gmail.com`, `+84 91* *** *78`, `N*** A***`), too little to write to, to call or to look up. By the form of the
 * text alone, so that a value is masked alike whichever field shows it. Lengths of words are not told.
 */
export function masked(text: string): string {
  const at = text.lastIndexOf('@')
  if (at > 0) return `${initial(text.slice(0, at))}@${text.slice(at + 1)}`
  if (/^\+\d{7,15}$/.test(text)) return maskedPhone(text)
  if (/^\d{4}(?:-?\d{2}){0,2}$/.test(text)) return '****-**-**'
  return text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .map(maskedWord)
    .join(' ')
}

/** The country code, the first two digits of the number and the last two. */
function maskedPhone(text: string): string {
  const code = parsePhoneNumberFromString(text)?.countryCallingCode ?? text.slice(1, 3)
  const number = text.slice(1 + code.length)
  const digits = [...number].map((digit, index) => (index < 2 || index >= number.length - 2 ? digit : '*'))
  return `+${code} ${digits
    .join('')
    .match(/.{1,3}/g)
    ?.join(' ')}`
}

/** Of a name its initial; of a number or an account its end. The scope of an account is nobody's. */
function maskedWord(word: string): string {
  const colon = word.lastIndexOf(':')
  if (colon >= 0) return `${word.slice(0, colon + 1)}${maskedWord(word.slice(colon + 1))}`
  return /\d/.test(word) ? `***${word.length >= LONG ? word.slice(-2) : ''}` : initial(word)
}

const LONG = 8

function initial(word: string): string {
  const [first = ''] = word
  return word.length > first.length + 1 ? `${first}***` : '***'
}
