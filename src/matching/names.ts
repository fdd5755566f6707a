import { fold } from '../identity/fold.ts'
import { rememberedValues } from '../identity/remember.ts'
import { isNickname } from './nicknames.ts'
import { isSimilar, isWithinEdits } from './similarity.ts'
import { markedWords } from './text.ts'

/** A word of a name. */
export interface Word {
  /** Of its text, and never another's. */
  readonly id: number
  readonly text: string
  /** Without marks, see `fold`. */
  readonly folded: string
  /** Written without marks, so that it may stand for a word with any. */
  readonly isPlain: boolean
}

export interface Name {
  readonly words: readonly Word[]
  /** All of them written as one. */
  readonly together: Word
}

/** The name that a text says, in the order in which it says it. */
export function nameOf(text: string): Name {
  return nameOfWords(markedWords(text).map(wordOf))
}

export function nameOfWords(words: readonly Word[]): Name {
  const [only] = words
  return { words, together: words.length === 1 && only ? only : wordOf(words.map(({ text }) => text).join('')) }
}

/** Folded words of a name, each once. */
export function foldedWords({ words }: Name): string[] {
  return [...new Set(words.map(({ folded }) => folded))]
}

let made = 0

/** Names come again and again; a word that was forgotten comes back as another of the same text. */
const wordOf = rememberedValues((text: string): Word => {
  const folded = fold(text)
  made += 1
  return { id: made, text, folded, isPlain: folded === text }
})

/**
 * Whether two words are one: equal, or equal without marks where one of them is written without any. Vân and Văn are
 * two names; Van may be either.
 */
export function isSameWord(a: Word, b: Word): boolean {
  return a.folded === b.folded && (a.isPlain || b.isPlain || a.text === b.text)
}

/** One is the first letter of the other. */
export function isInitial(a: Word, b: Word): boolean {
  return (a.text.length === 1 || b.text.length === 1) && a.folded[0] === b.folded[0]
}

/** What may be said of two words whatever else stands beside them, a bit each. */
export const NICKNAME = 1
export const SLIP = 2
export const ONE_EDIT = 4
export const SIMILAR = 8

/** Below so many letters a change makes another name (An, Anh). */
const LETTERS_OF_A_TYPO = 4
const CLOSE = 0.9
const ALIKE = 0.8

/** A slip of the pen, of two folded texts. */
export function isSlip(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < LETTERS_OF_A_TYPO) return false
  return isWithinEdits(a, b, 1) || isSimilar(a, b, CLOSE)
}

const SEAT_BITS = 16
const SEATS = 1 << SEAT_BITS
const ones = new Float64Array(SEATS)
const others = new Float64Array(SEATS)
const relations = new Uint8Array(SEATS)

/** The relations of two words, as folded; each pair of words has one seat to be remembered in, until another takes it. */
export function relationOf(a: Word, b: Word): number {
  const [one, other] = a.id < b.id ? [a, b] : [b, a]
  const seat = (Math.imul(one.id, 0x9e3779b1) ^ Math.imul(other.id, 0x85ebca6b)) >>> (32 - SEAT_BITS)
  if (ones[seat] !== one.id || others[seat] !== other.id) {
    ones[seat] = one.id
    others[seat] = other.id
    relations[seat] = relate(one.folded, other.folded)
  }
  return relations[seat] ?? 0
}

function relate(a: string, b: string): number {
  return (
    (isNickname(a, b) ? NICKNAME : 0) |
    (isSlip(a, b) ? SLIP : 0) |
    (isWithinEdits(a, b, 1) ? ONE_EDIT : 0) |
    (isSimilar(a, b, ALIKE) ? SIMILAR : 0)
  )
}
