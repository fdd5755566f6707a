import { isInitial, isSameWord, type Name, NICKNAME, ONE_EDIT, relationOf, SIMILAR, SLIP, type Word } from './names.ts'

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
  /** Words that both have, letter for letter; folded. */
  readonly shared: readonly string[]
}

/** Whether many bear a name; it is told folded. */
export type IsCommon = (folded: string) => boolean

/**
 * Compares the words of two names, in whatever order they stand: each word with one of the other side, equal ones first,
 * then short forms, slips of the pen, initials. `part`: one side says less (no middle name). `some`: each says what
 * the other does not. Both sides have words.
 */
export function compareWords(a: Name, b: Name, isCommon: IsCommon): WordsAgreement {
  const [left, right] = [[...a.words], [...b.words]]
  const shared = takePairs(left, right, isSharedWord).map(({ folded }) => folded)
  if (a.words.length !== b.words.length && sameTogether(a, b)) return { level: 'close', shared }
  const nicknames = takePairs(left, right, isNicknameOf).length
  const slips = takePairs(left, right, (x, y) => isWordSlip(x, y, isCommon)).length
  const initials = takePairs(left, right, isInitial).length
  const found = shared.length + nicknames + slips
  if (found + initials === 0) return { level: unpaired(a.together, b.together, isCommon), shared }
  if (left.length > 0 && right.length > 0) {
    const areCommon = [...left, ...right].every(({ folded }) => isCommon(folded))
    return { level: !areCommon && sameTogether(a, b) ? 'close' : 'some', shared }
  }
  if (left.length + right.length > 0) return { level: found > 0 ? 'part' : 'initial', shared }
  if (initials > 0) return { level: 'initial', shared }
  if (nicknames > 0) return { level: 'nickname', shared }
  return { level: slips > 0 ? 'close' : 'exact', shared }
}

const NONE: readonly Word[] = []

/** Takes away from both sides what pairs, each with the first that it fits, and answers the words of the left. */
function takePairs(left: Word[], right: Word[], fits: (x: Word, y: Word) => boolean): readonly Word[] {
  let taken: Word[] | undefined
  for (let i = 0; i < left.length && right.length > 0; ) {
    const word = left[i] as Word
    let at = 0
    while (at < right.length && !fits(word, right[at] as Word)) at += 1
    if (at === right.length) {
      i += 1
      continue
    }
    left.splice(i, 1)
    right.splice(at, 1)
    if (taken === undefined) taken = [word]
    else taken.push(word)
  }
  return taken ?? NONE
}

/** A single letter is an initial. */
function isSharedWord(a: Word, b: Word): boolean {
  return a.text.length > 1 && isSameWord(a, b)
}

function isNicknameOf(a: Word, b: Word): boolean {
  return (relationOf(a, b) & NICKNAME) !== 0
}

function isWordSlip(a: Word, b: Word, isCommon: IsCommon): boolean {
  return (relationOf(a, b) & SLIP) !== 0 && !(isCommon(a.folded) && isCommon(b.folded))
}

/** Written as one word and as two. */
function sameTogether(a: Name, b: Name): boolean {
  return (relationOf(a.together, b.together) & ONE_EDIT) !== 0
}

function unpaired(a: Word, b: Word, isCommon: IsCommon): NameLevel {
  // Where only the marks tell them apart, or both are names of many, a likeness says nothing.
  if (a.folded === b.folded || (isCommon(a.folded) && isCommon(b.folded))) return 'different'
  const relation = relationOf(a, b)
  if ((relation & SLIP) !== 0) return 'close'
  return (relation & SIMILAR) !== 0 ? 'similar' : 'different'
}
