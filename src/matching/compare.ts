import { remembered } from '../identity/remember.ts'
import type { BirthDate, Comparable, Names } from './comparable.ts'
import { compareWords, type IsCommon, nameLevels, type WordsAgreement } from './compare-words.ts'
import { isSlip, type Name } from './names.ts'
import { isSimilar, isWithinEdits } from './similarity.ts'
import { levelBits, rarityBits, type TermFrequencies, type WeightsModel } from './weights.ts'

/** What comparing one thing of two records found. A thing that one of them does not say is not compared at all. */
export interface Finding {
  readonly comparison: string
  readonly level: string
  /** What agreed letter for letter: how much that says depends on how frequent it is. */
  readonly shared: readonly string[]
}

/** The comparisons and their levels, best first; `free` stands for every further trait. */
export const comparisonLevels: Readonly<Record<string, readonly string[]>> = {
  given_name: nameLevels,
  family_name: nameLevels,
  full_name: nameLevels,
  name_order: ['straight', 'swapped'],
  birth_date: ['exact', 'typo', 'two_parts', 'year', 'different'],
  gender: ['exact', 'different'],
  address: ['same', 'near', 'partly', 'household', 'one', 'different'],
  city: ['exact', 'close', 'different'],
  region: ['exact', 'close', 'different'],
  email: ['exact', 'local', 'close', 'household', 'different'],
  phone: ['exact', 'close', 'household', 'different'],
  free: ['exact', 'close', 'different'],
}

/** The name of the comparison of a trait that has no role. */
export function freeComparison(trait: string): string {
  return `free ${trait}`
}

/** Everything that can be compared of two records. Symmetric where `a` is the one with the lesser key. */
export function compare(a: Comparable, b: Comparable, model: Pick<WeightsModel, 'frequencies'>): Finding[] {
  return compareNames(a, b, compareOthers(a, b), model)
}

/** The same where it may come to so many bits, the prior left out; names, which take longest, only then. */
export function compareAbove(
  a: Comparable,
  b: Comparable,
  model: WeightsModel,
  least: number,
): readonly Finding[] | undefined {
  const others = compareOthers(a, b)
  const isHopeless = least > Number.NEGATIVE_INFINITY && mostBits(others, a.isNamed && b.isNamed, model) < least
  return isHopeless ? undefined : compareNames(a, b, others, model)
}

/** What families share: of people who are not called alike it says little. */
const SHARED_LEVELS: Readonly<Record<string, readonly string[]>> = {
  address: ['same', 'near'],
  email: ['exact'],
  phone: ['exact'],
}

function isShared({ comparison, level }: Finding): boolean {
  return SHARED_LEVELS[comparison]?.includes(level) === true
}

/** What findings come to at most, whatever the names say. */
function mostBits(others: readonly Finding[], withNames: boolean, model: WeightsModel): number {
  let bits = withNames ? model.mostNameBits : 0
  for (const finding of others) {
    const own = levelBits(finding.comparison, finding.level, model)
    bits += isShared(finding) ? Math.max(own, levelBits(finding.comparison, 'household', model)) : own
    bits += rarityBits(finding.shared, model.frequencies[finding.comparison])
  }
  return bits
}

/** All but names. */
function compareOthers(a: Comparable, b: Comparable): Finding[] {
  const findings: Finding[] = []
  const add = (comparison: string, level: string | undefined, shared: readonly string[] = []) => {
    if (level !== undefined) findings.push({ comparison, level, shared })
  }
  add('birth_date', a.birth && b.birth && birthLevel(a.birth, b.birth))
  if (a.gender !== '' && b.gender !== '') add('gender', a.gender === b.gender ? 'exact' : 'different')
  const address = addressLevel(a, b)
  const isHouse = address === 'same' || address === 'near'
  add('address', address)
  // Who lives in one house lives in one town: that would be counted twice.
  if (!isHouse && address !== 'partly') {
    add('city', textLevel(a.city, b.city), a.city === b.city ? [a.city] : [])
    if (a.city === '' || b.city === '')
      add('region', textLevel(a.region, b.region), a.region === b.region ? [a.region] : [])
  }
  add('email', a.email && b.email && emailLevel(a.email, b.email))
  add('phone', phoneLevel(a.phones, b.phones))
  for (const [trait, value] of a.free) {
    const other = b.free.get(trait)
    if (other !== undefined) add(freeComparison(trait), textLevel(value, other), value === other ? [value] : [])
  }
  return findings
}

/** Names, and then the rest in their light: families share a house, a phone, an e-mail. */
function compareNames(
  a: Comparable,
  b: Comparable,
  others: readonly Finding[],
  { frequencies }: Pick<WeightsModel, 'frequencies'>,
): Finding[] {
  const names: Finding[] = []
  addNames(
    a,
    b,
    frequencies.full_name ? commonAmong(frequencies.full_name) : isNeverCommon,
    (comparison, level, shared = []) => {
      if (level !== undefined) names.push({ comparison, level, shared })
    },
  )
  const bornApart = others.some(({ comparison, level }) => comparison === 'birth_date' && level === 'different')
  const isAlike = (level: string) => !CONFLICTS.has(level) && !(bornApart && SAYING_LESS.has(level))
  const alike = names.some(({ comparison, level }) => GIVEN.has(comparison) && isAlike(level))
  const apart = names.some(({ comparison, level }) => GIVEN.has(comparison) && CONFLICTS.has(level))
  // A house is shared unless the names say otherwise, a phone or an e-mail where they say so.
  const inLight = (finding: Finding) =>
    isShared(finding) && (finding.comparison === 'address' ? !alike : apart)
      ? { ...finding, level: 'household' }
      : finding
  return [...names, ...others.map(inLight)]
}

/**
 * Whether two people share a phone, as families do: of another name, born on another day. However much else they share,
 * a house and its telephone make nobody the same. (An e-mail is more of one's own: where that agrees, name and birth date
 * are as often written wrong.)
 */
export function areOfOneFamily(findings: readonly Finding[]): boolean {
  const has = (comparison: string, level: string) =>
    findings.some((finding) => finding.comparison === comparison && finding.level === level)
  return has('phone', 'household') && has('birth_date', 'different')
}

const GIVEN = new Set(['given_name', 'full_name'])
const CONFLICTS = new Set(['some', 'similar', 'different'])
/** Of one house, born on another day, these are two of a family: Bùi Thị Nhung and Bùi Nhung. */
const SAYING_LESS = new Set(['part', 'initial'])

type Add = (comparison: string, level: string | undefined, shared?: readonly string[]) => void

/** Given and family name where both records tell them apart, straight or swapped; else all words of the names. */
function addNames(one: Comparable, other: Comparable, isCommon: IsCommon, add: Add): void {
  const [a, b] = [one.names(), other.names()]
  if (a.all.words.length === 0 || b.all.words.length === 0) return
  const apart = ({ given, family }: Names) => given.words.length + family.words.length > 0
  if (!apart(a) || !apart(b)) {
    const { level, shared } = compareWords(a.all, b.all, isCommon)
    add('full_name', level, shared)
    return
  }
  const agreement = (x: Name, y: Name) =>
    x.words.length > 0 && y.words.length > 0 ? compareWords(x, y, isCommon) : undefined
  const straight = [agreement(a.given, b.given), agreement(a.family, b.family)] as const
  // Where they agree as they stand, no other order can agree so much better.
  const mayBeSwapped = closeness(straight) + SWAP_GAIN <= CLOSEST
  const swapped = mayBeSwapped ? ([agreement(a.given, b.family), agreement(a.family, b.given)] as const) : NONE
  const isSwapped = closeness(swapped) >= closeness(straight) + SWAP_GAIN
  // Of swapped ones neither side says which is which: the better comes first, so that both sides say the same.
  const [given, family] = isSwapped ? swapped.toSorted(byAgreement) : straight
  add('given_name', given?.level, given?.shared)
  add('family_name', family?.level, family?.shared)
  if (closeness(isSwapped ? swapped : straight) >= SWAP_GAIN) add('name_order', isSwapped ? 'swapped' : 'straight')
}

const SWAP_GAIN = 3

function byAgreement(x: WordsAgreement | undefined, y: WordsAgreement | undefined): number {
  if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined)
  return nameLevels.indexOf(x.level) - nameLevels.indexOf(y.level) || (x.shared.join(' ') < y.shared.join(' ') ? -1 : 1)
}

const NONE: readonly [WordsAgreement?, WordsAgreement?] = []

/** Names that many bear: a slip of the pen seldom makes one of another. */
const commonAmong = remembered((table: TermFrequencies): IsCommon => {
  const least = Math.max(0.001, 2.5 * table.rare)
  const often = Object.entries(table.terms).filter(([, share]) => share >= least)
  const terms = new Set(often.map(([term]) => term))
  return (folded) => terms.has(folded)
})

const isNeverCommon: IsCommon = () => false

const CLOSENESS: Readonly<Record<string, number>> = {
  exact: 4,
  nickname: 3,
  close: 3,
  part: 2,
  initial: 1,
  some: 1,
  similar: 1,
}

/** Given and family name, letter for letter. */
const CLOSEST = 8

function closeness(agreements: readonly (WordsAgreement | undefined)[]): number {
  return agreements.reduce((sum, found) => sum + (CLOSENESS[found?.level ?? ''] ?? 0), 0)
}

function birthLevel(a: BirthDate, b: BirthDate): string | undefined {
  if (a.text === b.text) return 'exact'
  if (!a.isDate || !b.isDate) return isWithinEdits(a.text, b.text, 2) ? 'typo' : undefined
  const [one, other] = [partsOf(a.text), partsOf(b.text)]
  if (isWithinEdits(a.text, b.text, 1) || (one[0] === other[0] && one[1] === other[2] && one[2] === other[1]))
    return 'typo'
  const equal = one.filter((part, index) => part === other[index]).length
  if (equal === 2) return 'two_parts'
  return one[0] === other[0] ? 'year' : 'different'
}

function partsOf(date: string): [string, string, string] {
  return [date.slice(0, 4), date.slice(4, 6), date.slice(6)]
}

/** By how many parts agree and how many do not; a region says too little. */
function addressLevel(a: Comparable, b: Comparable): string | undefined {
  let [agree, differ] = [0, 0]
  const part = (x: string, y: string, same: boolean) => {
    if (x === '' || y === '') return false
    if (same) agree += 1
    else differ += 1
    return same
  }
  const street = part(a.street, b.street, isText(a.street, b.street))
  part(a.houseNumber, b.houseNumber, a.houseNumber === b.houseNumber)
  part(a.unit, b.unit, isText(a.unit, b.unit))
  part(a.postalCode, b.postalCode, isWithinEdits(a.postalCode, b.postalCode, 1))
  if (agree + differ === 0) return undefined
  // The town tells streets of one name apart.
  if (street) part(a.city, b.city, isText(a.city, b.city))
  if (agree >= 2 && differ === 0) return 'same'
  if (agree >= 3) return 'near'
  if (agree === 2 && differ === 1) return 'partly'
  return agree > 0 ? 'one' : 'different'
}

function isText(a: string, b: string): boolean {
  return a === b || isSlip(a, b)
}

function textLevel(a: string, b: string): string | undefined {
  if (a === '' || b === '') return undefined
  if (a === b) return 'exact'
  return isSlip(a, b) ? 'close' : 'different'
}

type Email = NonNullable<Comparable['email']>

function emailLevel(a: Email, b: Email): string {
  if (a.local === b.local) return a.domain === b.domain ? 'exact' : 'local'
  const whole = (email: Email) => `${email.local}@${email.domain}`
  return isWithinEdits(whole(a), whole(b), 2) || isSimilar(a.local, b.local, 0.93) ? 'close' : 'different'
}

/** The best of all pairs. */
function phoneLevel(a: readonly string[], b: readonly string[]): string | undefined {
  if (a.length === 0 || b.length === 0) return undefined
  if (a.some((phone) => b.includes(phone))) return 'exact'
  return a.some((one) => b.some((other) => isWithinEdits(one, other, 2))) ? 'close' : 'different'
}
