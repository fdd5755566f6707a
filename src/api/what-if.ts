import type { IResolvers } from '@graphql-tools/utils'
import { assertPair, type Verdict } from '../commands/assert-pair.ts'
import { SelfsameError } from '../errors.ts'
import { whatIfPolicy } from '../explanation/what-if.ts'
import type { PolicyChange } from '../identity/changed-policy.ts'
import type { Rules } from '../identity/resolve.ts'
import { badInput } from './bad-input.ts'
import type { ApiContext } from './context.ts'
import type { Deciding } from './mutations.ts'
import { readKey } from './read-key.ts'
import { shownDifference } from './shown-difference.ts'

export interface Trying extends Deciding {
  readonly rules: Rules
}

interface Tried {
  readonly assertion?: (Pick<Verdict, 'verdict'> & { readonly a: string; readonly b: string }) | null
  readonly policy?: Nullable<PolicyChange> | null
  readonly timeLimit: number
  readonly sizeLimit: number
}
type Nullable<T> = { readonly [key in keyof T]: T[key] | null }

const LONGEST_S = 120
const MOST_LIMITS = 100
/** How many whole graphs one process holds in memory. */
const AT_ONCE = 1

/** The resolver of what would be otherwise. */
export function createWhatIf({ graph, policy, resolver, rules }: Trying): IResolvers<unknown, ApiContext> {
  let underWay = 0

  async function tryDecision({ a, b, verdict }: NonNullable<Tried['assertion']>, { caller }: ApiContext) {
    const pair = { a: readKey(a, policy), b: readKey(b, policy), verdict }
    const given = { by: caller.name, role: caller.role, reason: 'what if', dryRun: true }
    const { difference, unresolved } = await assertPair({ resolver }, pair, given)
    const { changed, split, absorbed, dissolved } = difference
    const affected = changed.count + split.count + absorbed.count + dissolved.count
    return { ...{ complete: true, affected, unresolved }, ...shownDifference(difference) }
  }

  async function tryPolicy(change: PolicyChange, { timeLimit, sizeLimit }: Tried, { signal }: ApiContext) {
    if (underWay >= AT_ONCE) throw isBusy()
    underWay += 1
    try {
      const bounds = { time: timeLimit * 1000, rows: sizeLimit, signal }
      const { stopped, difference, toReview, ...figures } = await whatIfPolicy(change, {
        graph,
        rules,
        ...bounds,
      })
      return {
        ...{ ...figures, complete: stopped === undefined, stopped: stopped ?? null, unresolved: 0 },
        ...{ toReviewBefore: toReview?.before ?? null, toReviewAfter: toReview?.after ?? null },
        ...shownDifference(difference),
      }
    } finally {
      underWay -= 1
    }
  }

  return {
    Query: {
      whatIf: async (_, asked: Tried, context) => {
        const { assertion, policy: change } = asked
        if (assertion && !change) return await tryDecision(assertion, context)
        if (!change || assertion) throw badInput('one thing is tried out at a time', 'give an assertion or a policy')
        return await tryPolicy(changeOf(change), checked(asked), context)
      },
    },
  }
}

function changeOf({ linkThreshold, reviewThreshold, maxBlock, sharedAbove }: Nullable<PolicyChange>): PolicyChange {
  if ((sharedAbove?.length ?? 0) > MOST_LIMITS) throw badInput(`at most ${MOST_LIMITS} limits`, 'try fewer at a time')
  return {
    ...{ linkThreshold: linkThreshold ?? undefined, reviewThreshold: reviewThreshold ?? undefined },
    ...{ maxBlock: maxBlock ?? undefined },
    sharedAbove: sharedAbove?.map(({ kind, neighbour, limit = null }) => ({ kind, neighbour, limit })),
  }
}

function checked(asked: Tried): Tried {
  const { timeLimit, sizeLimit } = asked
  if (timeLimit < 1 || timeLimit > LONGEST_S) {
    throw badInput(`a time limit is 1 to ${LONGEST_S} seconds`, 'a longer one: selfsame what-if on the command line')
  }
  if (sizeLimit < 1) throw badInput('a size limit is at least 1', 'leave it out for the usual one')
  return asked
}

function isBusy(): SelfsameError {
  return new SelfsameError('what_if_busy', 'another policy is being tried out', {
    retriable: true,
    remedy: 'ask again in a moment: each holds the whole graph in memory',
  })
}
