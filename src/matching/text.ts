/** Words in lower case with their marks: letters and digits of any script. */
export function markedWords(text: string): string[] {
  if (text === '') return []
  const bare = text.normalize('NFC').toLowerCase().replaceAll(/['’`]/g, '')
  return bare.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => word !== '')
}

const PLAIN = /^[a-z0-9]*$/

/**
 * Whether two words are one: equal, or equal without marks where one of them is written without any. Vân and Văn are
 * two names; Van may be either.
 */
export function isSameWord(a: string, b: string): boolean {
  return a === b || ((PLAIN.test(a) || PLAIN.test(b)) && foldWord(a) === foldWord(b))
}

const foldedWords = new Map<string, string>()

/** `fold` of a word, remembered: names come again and again. */
export function foldWord(word: string): string {
  if (PLAIN.test(word)) return word
  let folded = foldedWords.get(word)
  if (folded === undefined) {
    if (foldedWords.size > MOST_REMEMBERED) foldedWords.clear()
    folded = fold(word)
    foldedWords.set(word, folded)
  }
  return folded
}

const MOST_REMEMBERED = 100_000

/** Folded text: lower case, without diacritics, words of letters and digits with single blanks between. */
export function fold(text: string): string {
  if (text === '') return ''
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[đðłøœæßþħ]/g, (letter) => LETTERS[letter] ?? letter)
    .replaceAll(/['’`]/g, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** Letters that no decomposition takes a mark from. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ đ: 'd', ð: 'd', ł: 'l', ø: 'o', œ: 'oe', æ: 'ae', ß: 'ss', þ: 'th', ħ: 'h' },
}

export function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '')
}
