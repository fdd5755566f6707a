/** Entries of any list of an answer, whatever is asked for: see the schema. */
const MOST_ENTRIES = 100

/** How many entries of a list are answered where so many are asked for. */
export function withinPage(asked: number): number {
  return Math.max(0, Math.min(asked, MOST_ENTRIES))
}
