import { SelfsameError } from '../errors.ts'
import type { Errors, FalseMerge, Miss, Part } from '../evaluation/costliest-errors.ts'
import type { Side } from '../explanation/paths.ts'
import { type Together, type WhyOptions, why } from '../explanation/why.ts'
import { type Missed, whyMissed } from '../explanation/why-missed.ts'
import type { IdentifierKey } from '../identity/types.ts'
import type { KeysOfThings } from './things.ts'

/** What `why` throws where the graph is no longer what was scored. */
const CHANGES = ['changing', 'unknown_identifier']

/** What joins the two largest entities of a customer. */
export type ExplainedMerge = FalseMerge & { readonly why: Together | undefined }
/** What lies between the two largest parts of an entity. */
export type ExplainedMiss = Miss & { readonly why: Missed | undefined }
/** Why is undefined where the graph changed meanwhile. */
export type ExplainedErrors = Errors<ExplainedMerge, ExplainedMiss>

export async function explainErrors(
  { false_merges, misses }: Errors,
  { keyOf }: KeysOfThings,
  options: WhyOptions,
): Promise<ExplainedErrors> {
  const sideOf = ({ things }: Part) => things.map(keyOf) as readonly IdentifierKey[] as Side
  const merged: ExplainedMerge[] = []
  for (const merge of false_merges.costliest) {
    const [one, other] = merge.largest
    const answer = await unlessChanged(() => why(sideOf(one), sideOf(other), options))
    merged.push({ ...merge, why: answer?.together ? answer : undefined })
  }
  const missed: ExplainedMiss[] = []
  for (const miss of misses.costliest) {
    const [one, other] = miss.largest
    missed.push({ ...miss, why: await unlessChanged(() => whyMissed(sideOf(one), sideOf(other), options)) })
  }
  return {
    false_merges: { ...false_merges, costliest: merged },
    misses: { ...misses, costliest: missed },
  }
}

async function unlessChanged<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof SelfsameError && CHANGES.includes(error.code)) return undefined
    throw error
  }
}
