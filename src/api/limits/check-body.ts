import { type Refusal, tooMuch } from './refusal.ts'

/** Entries of a list in the variables; answers hold no more either. */
const MOST_ENTRIES = 100
/** Lists, objects and values of the variables in all. */
const MOST_VALUES = 2000

/** What is wrong with a request before its question is read. What is no question at all is left to Apollo. */
export function checkBody(body: unknown): Refusal | undefined {
  if (Array.isArray(body)) {
    return tooMuch(
      'BATCHING_REFUSED',
      'the request holds several questions',
      'send a request each, or ask for several fields in one question',
    )
  }
  const variables = (body as { variables?: unknown } | null)?.variables
  return checkVariables(variables)
}

/** Level by level, not by recursion: a request may be nested tens of thousands of levels deep. */
function checkVariables(variables: unknown): Refusal | undefined {
  let values = 0
  let level: unknown[] = [variables]
  while (level.length > 0) {
    const below: unknown[] = []
    for (const value of level) {
      values += 1
      if (Array.isArray(value) && value.length > MOST_ENTRIES) return TOO_LONG
      if (value === null || typeof value !== 'object') continue
      for (const part of Object.values(value)) below.push(part)
      if (values + below.length > MOST_VALUES) return TOO_MANY
    }
    level = below
  }
  return undefined
}

const TOO_LONG = tooMuch(
  'LIST_TOO_LONG',
  `a list in the variables has more than ${MOST_ENTRIES} entries`,
  'ask about fewer at once, in several requests',
)
const TOO_MANY = tooMuch(
  'TOO_MANY_VARIABLES',
  `the variables hold more than ${MOST_VALUES} values`,
  'ask about fewer things at once, in several requests',
)
