import { fold } from '../identity/fold.ts'

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

export function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '')
}
