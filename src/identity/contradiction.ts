import type { Description } from './facts.ts'

/** Records whose birth dates contradict are two people's. */
export function recordsContradict(a: Description, b: Description): boolean {
  const [one, other] = [a.fields.birthday?.value, b.fields.birthday?.value]
  return one !== undefined && other !== undefined && birthDatesContradict(one, other)
}

/**
 * Whether two birth dates differ in more than one digit and are no day-month swap. Symmetric. What does not read
 * as YYYY-MM-DD contradicts nothing: it is no date.
 */
export function birthDatesContradict(a: string, b: string): boolean {
  const [one, other] = [datePattern.exec(a), datePattern.exec(b)]
  if (one === null || other === null) return false
  const swapped = one[1] === other[1] && one[2] === other[3] && one[3] === other[2]
  return !swapped && differingDigits(one[0], other[0]) > 1
}

const datePattern = /^(\d{4})-(\d\d)-(\d\d)$/

function differingDigits(a: string, b: string): number {
  let count = 0
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) count += 1
  return count
}
