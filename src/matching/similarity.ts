/**
 * Jaro-Winkler similarity of two texts, from 0 (nothing in common) to 1 (equal): shared prefixes of up to four
 * characters are favoured by 0.1 each. Symmetric. Source: Winkler, "String Comparator Metrics and Enhanced Decision
 * Rules in the Fellegi-Sunter Model of Record Linkage", 1990.
 */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1
  // In one order: which of several equal characters are taken for each other depends on the side.
  return favoured(a < b ? jaroOf(a, b) : jaroOf(b, a), sharedPrefix(a, b))
}

/** Whether the Jaro-Winkler similarity is at least so much; most pairs are told apart by the letters they have. */
export function isSimilar(a: string, b: string, least: number): boolean {
  if (a === b) return true
  const matches = Math.min(countIn(a, lettersOf(b)), countIn(b, lettersOf(a)))
  const most = favoured((matches / a.length + matches / b.length + 1) / 3, sharedPrefix(a, b))
  return most >= least && jaroWinkler(a, b) >= least
}

function favoured(jaro: number, prefix: number): number {
  return jaro + prefix * 0.1 * (1 - jaro)
}

function sharedPrefix(a: string, b: string): number {
  let prefix = 0
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix += 1
  return prefix
}

/** A bit for each letter, several letters to a bit. */
function lettersOf(text: string): number {
  let letters = 0
  for (let i = 0; i < text.length; i += 1) letters |= 1 << (text.charCodeAt(i) & 31)
  return letters
}

function countIn(text: string, letters: number): number {
  let count = 0
  for (let i = 0; i < text.length; i += 1) count += (letters >>> (text.charCodeAt(i) & 31)) & 1
  return count
}

let taken = new Uint8Array(64)
let matched = new Uint16Array(64)

function jaroOf(a: string, b: string): number {
  if (Math.max(a.length, b.length) > taken.length) {
    taken = new Uint8Array(2 * Math.max(a.length, b.length))
    matched = new Uint16Array(taken.length)
  }
  const window = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1)
  taken.fill(0, 0, b.length)
  let matches = 0
  for (let i = 0; i < a.length; i += 1) {
    const end = Math.min(b.length, i + window + 1)
    const letter = a.charCodeAt(i)
    for (let j = Math.max(0, i - window); j < end; j += 1) {
      if (taken[j] === 1 || letter !== b.charCodeAt(j)) continue
      taken[j] = 1
      matched[matches] = letter
      matches += 1
      break
    }
  }
  if (matches === 0) return 0
  let [at, outOfOrder] = [0, 0]
  for (let j = 0; j < b.length; j += 1) {
    if (taken[j] === 0) continue
    if (b.charCodeAt(j) !== matched[at]) outOfOrder += 1
    at += 1
  }
  return (matches / a.length + matches / b.length + (matches - outOfOrder / 2) / matches) / 3
}

/**
 * Whether two texts are at most one or two edits apart: a character added, left out or changed, or two neighbours
 * swapped (optimal string alignment). Symmetric.
 */
export function isWithinEdits(a: string, b: string, most: 1 | 2): boolean {
  if (Math.abs(a.length - b.length) > most) return false
  let [start, endA, endB] = [0, a.length, b.length]
  while (start < endA && start < endB && a.charCodeAt(start) === b.charCodeAt(start)) start += 1
  while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA -= 1
    endB -= 1
  }
  const longest = Math.max(endA, endB) - start
  if (longest <= most) return true
  if (most === 1) return longest === 2 && endA === endB && isSwapAt(a, b, start)
  return isWithinTwoEdits(a.slice(start, endA), b.slice(start, endB))
}

function isSwapAt(a: string, b: string, at: number): boolean {
  return a[at] === b[at + 1] && a[at + 1] === b[at]
}

/** Two edits take away or change at most two letters of either side. */
function isWithinTwoEdits(a: string, b: string): boolean {
  // What comes first is different on both sides, see above: an edit is spent on it, whichever it is.
  return (
    isWithinEdits(a.slice(1), b, 1) ||
    isWithinEdits(a, b.slice(1), 1) ||
    isWithinEdits(a.slice(1), b.slice(1), 1) ||
    (isSwapAt(a, b, 0) && isWithinEdits(a.slice(2), b.slice(2), 1))
  )
}
