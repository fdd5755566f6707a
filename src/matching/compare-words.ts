import { isNickname } from './nicknames.ts'
import { isSimilar, isWithinEdits } from './similarity.ts'
import { foldWord, isSameWord } from './text.ts'

/** How two names agree, best first. */
export type NameLevel = 'exact' | 'nickname' | 'close' | 'part' | 'initial' | 'some' | 'similar' | 'different'
export const nameLevels: readonly NameLevel[] = [
  'exact',
  'nickname',
  'close',
  'part',
  'initial',
  'some',
  'similar',
  'different',
]

export interface WordsAgreement {
  readonly level: NameLevel
  /** Words that both have, letter for letter. */
  readonly shared: readonly string[]
}

/** Below so many letters a change makes another name (An, Anh). */
const LETTERS_OF_A_TYPO = 4
const CLOSE = 0.9
const SIMILAR = 0.8

/**
 * Compares the words of two names, in whatever order they stand: each word with one of the other side, equal ones first,
 * then short forms, slips of the pen, initials. `part`: one side says less (no middle name). `some`: each says what
 * the other does not. Both sides have words.
 */
export function compareWords(
  a: readonly string[],
  b: readonly string[],
  isCommon: (word: string) => boolean,
): WordsAgreement {
  const [left, right] = [[...a], [...b]]
  const shared = takePairs(left, right, (x, y) => x.length > 1 && isSameWord(x, y))
  if (a.length !== b.length && sameTogether(a, b)) return { level: 'close', shared }
  const nicknames = takePairs(left, right, (x, y) => isNickname(foldWord(x), foldWord(y))).length
  const slips = takePairs(left, right, (x, y) => isWordSlip(x, y, isCommon)).length
  const initials = takePairs(left, right, isInitial).length
  const found = shared.length + nicknames + slips
  if (found + initials === 0) return { level: unpaired(a.join(''), b.join(''), isCommon), shared }
  if (left.length > 0 && right.length > 0) {
    const twoNames = left.every(isCommon) && right.every(isCommon)
    return { level: !twoNames && sameTogether(a, b) ? 'close' : 'some', shared }
  }
  if (left.length + right.length > 0) return { level: found > 0 ? 'part' : 'initial', shared }
  if (initials > 0) return { level: 'initial', shared }
  if (nicknames > 0) return { level: 'nickname', shared }
  return { level: slips > 0 ? 'close' : 'exact', shared }
}

/** Takes away from both sides what pairs, each with the first that it fits, and answers the words of the left. */
function takePairs(left: string[], right: string[], fits: (x: string, y: string) => boolean): string[] {
  const taken: string[] = []
  for (let i = 0; i < left.length; ) {
    const word = left[i] ?? ''
    const at = right.findIndex((other) => fits(word, other))
    if (at < 0) {
      i += 1
      continue
    }
    left.splice(i, 1)
    right.splice(at, 1)
    taken.push(foldWord(word))
  }
  return taken
}

export function isSlip(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < LETTERS_OF_A_TYPO) return false
  return isWithinEdits(a, b, 1) || isSimilar(a, b, CLOSE)
}

function isWordSlip(a: string, b: string, isCommon: (word: string) => boolean): boolean {
  return isSlip(foldWord(a), foldWord(b)) && !(isCommon(a) && isCommon(b))
}

function isInitial(a: string, b: string): boolean {
  return (a.length === 1 || b.length === 1) && foldWord(a)[0] === foldWord(b)[0]
}

/** Written as one word and as two. */
function sameTogether(a: readonly string[], b: readonly string[]): boolean {
  return isWithinEdits(foldWord(a.join('')), foldWord(b.join('')), 1)
}

function unpaired(a: string, b: string, isCommon: (word: string) => boolean): NameLevel {
  if (isCommon(a) && isCommon(b)) return 'different'
  const [one, other] = [foldWord(a), foldWord(b)]
  // The marks alone tell them apart.
  if (one === other) return 'different'
  if (isSlip(one, other)) return 'close'
  return isSimilar(one, other, SIMILAR) ? 'similar' : 'different'
}
