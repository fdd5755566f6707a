import type { IResolvers } from '@graphql-tools/utils'
import { assertPair, type Verdict } from '../commands/assert-pair.ts'
import { decideReview } from '../commands/decide-review.ts'
import type { CommandResult, Given } from '../commands/give-order.ts'
import { overrideIdentifier } from '../commands/override-identifier.ts'
import { type AuditEntry, readAuditTrail } from '../graph/audit.ts'
import type { Override } from '../identity/types.ts'
import type { DecidingResolver } from '../resolver/resolver-types.ts'
import { badInput } from './bad-input.ts'
import type { ApiContext } from './context.ts'
import type { Finding } from './find-identifiers.ts'
import { readKey } from './read-key.ts'
import { customersAtOneTime, shownDifference } from './shown-difference.ts'
import { withinPage } from './within-page.ts'

export interface Deciding extends Finding {
  readonly resolver: DecidingResolver
}

interface Ordered {
  readonly reason: string
  readonly idempotencyKey: string
  readonly dryRun: boolean
}
interface AboutPair extends Ordered {
  readonly a: string
  readonly b: string
}
interface AboutOne extends Ordered {
  readonly key: string
}

/** The resolvers of commands, and of the trail they leave. */
export function createMutations({ graph, policy, resolver }: Deciding): IResolvers<unknown, ApiContext> {
  const pairOf = ({ a, b }: AboutPair) => ({ a: readKey(a, policy), b: readKey(b, policy) })

  const assert = (verdict: Verdict['verdict']) => async (_: unknown, asked: AboutPair, context: ApiContext) => {
    const [pair, given] = [pairOf(asked), givenBy(asked, context)]
    return shown(await assertPair({ resolver }, { ...pair, verdict }, given))
  }
  const override = (verdict: Override['verdict']) => async (_: unknown, asked: AboutOne, context: ApiContext) => {
    const [identifier, given] = [readKey(asked.key, policy), givenBy(asked, context)]
    return shown(await overrideIdentifier({ resolver }, { identifier, verdict }, given))
  }

  return {
    Mutation: {
      assertSame: assert('same'),
      assertDifferent: assert('not_same'),
      withdrawAssertion: assert('withdrawn'),
      blockIdentifier: override('block'),
      allowIdentifier: override('allow'),
      clearIdentifierDecision: override('clear'),
      decideReview: async (_, { answer, ...asked }, context) => {
        const [pair, given] = [pairOf(asked), givenBy(asked, context)]
        return shown(await decideReview({ graph, resolver }, { ...pair, answer }, given))
      },
    },
    Query: {
      auditTrail: async (_, { subject, first, after }) => {
        const page = { subject: subject ?? undefined, after: after ?? undefined, first: withinPage(first) }
        return (await readAuditTrail(graph, page)).map(shownEntry)
      },
    },
  }
}

function shown({ difference, auditId, ...result }: CommandResult) {
  return { ...result, auditId: auditId ?? null, ...shownDifference(difference) }
}

function shownEntry({ at, subject, other, before, after, difference, ...entry }: AuditEntry) {
  return {
    ...{ ...entry, at: new Date(at).toISOString(), subject: { key: subject } },
    other: other === undefined ? null : { key: other },
    before: { verdict: before, customers: customersAtOneTime(difference, 'before') },
    after: { verdict: after, customers: customersAtOneTime(difference, 'after') },
  }
}

const LONGEST_REASON = 500
const LONGEST_KEY = 100

/** Who asks, why and how. Throws `bad_user_input`. */
function givenBy({ reason, idempotencyKey, dryRun }: Ordered, { caller }: ApiContext): Given {
  if (!isText(reason.trim(), LONGEST_REASON)) {
    throw badInput(`a reason has 1 to ${LONGEST_REASON} characters`, 'say why, for those who read it later')
  }
  if (!isText(idempotencyKey.trim(), LONGEST_KEY)) {
    throw badInput(
      `an idempotency key has 1 to ${LONGEST_KEY} characters`,
      'give each command a key of its own: a UUID',
    )
  }
  const { name: by, role } = caller
  return { by, role, reason: reason.trim(), idempotencyKey: idempotencyKey.trim(), dryRun }
}

function isText(text: string, longest: number): boolean {
  return text.length > 0 && text.length <= longest && text.isWellFormed()
}
