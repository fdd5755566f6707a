import type { FullName } from './names.ts'
import { below, chance, pick, type Random } from './random.ts'

/** `Nguyễn Thị Đào` → `Nguyen Thi Dao`. */
export const withoutDiacritics = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D')

const keys = 'abcdefghiklmnopqrstuvxy'

/** One slip of the keyboard: two letters swapped, one lost, one doubled or one wrong. Never the first. */
export function misspell(random: Random, text: string): string {
  if (text.length < 3) return text
  const at = 1 + below(random, text.length - 2)
  const before = text.slice(0, at)
  const letter = text.charAt(at)
  const after = text.slice(at + 1)
  switch (below(random, 4)) {
    case 0:
      return before + after.charAt(0) + letter + after.slice(1)
    case 1:
      return before + after
    case 2:
      return before + letter + letter + after
    default:
      return before + pick(random, [...keys]) + after
  }
}

/**
 * A name as somebody writes it down. Noise drops diacritics, turns the order round as Westerners would, leaves the
 * middle name out, shortens, shouts and misspells; `odds` scales how often.
 */
export function writeName(random: Random, name: FullName, odds: (probability: number) => number): string {
  let written = arrange(random, name, odds)
  if (chance(random, odds(0.28))) written = withoutDiacritics(written)
  if (chance(random, odds(0.04))) written = misspell(random, written)
  if (chance(random, odds(0.05))) return written.toUpperCase()
  return chance(random, odds(0.05)) ? written.toLowerCase() : written
}

function arrange(random: Random, { family, middle, given }: FullName, odds: (probability: number) => number): string {
  const draw = random()
  const parts =
    draw < odds(0.1)
      ? [given, family]
      : draw < odds(0.14)
        ? [given, middle, family]
        : draw < odds(0.26)
          ? [family, given]
          : draw < odds(0.29)
            ? [`${family.charAt(0)}.`, middle === '' ? '' : `${middle.charAt(0)}.`, given]
            : [family, middle, given]
  return parts.filter((part) => part !== '').join(' ')
}

/** What a till clerk types: often only how one calls the customer across the counter. */
export function writeNameAtTill(
  random: Random,
  { name, woman }: { name: FullName; woman: boolean },
  odds: (probability: number) => number,
): string {
  if (!chance(random, odds(0.1))) return writeName(random, name, odds)
  const address = woman ? pick(random, ['Chị', 'chị', 'Cô', 'c']) : pick(random, ['Anh', 'anh', 'Chú', 'a'])
  return `${address} ${name.given}`
}
