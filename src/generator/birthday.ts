import { below, chance, type Random } from './random.ts'

/** A birth date (yyyy-mm-dd) as somebody typed it: now and then day and month swapped, a digit wrong or New Year's Day. */
export function writeBirthday(random: Random, birthday: string, odds: (probability: number) => number): string {
  const [year = '', month = '', day = ''] = birthday.split('-')
  if (chance(random, odds(0.02)) && Number(day) <= 12) return `${year}-${day}-${month}`
  if (chance(random, odds(0.02))) return `${year}-${month}-${day.charAt(0)}${1 + below(random, 8)}`
  return chance(random, odds(0.01)) ? `${year}-01-01` : birthday
}
