import type { IResolvers } from '@graphql-tools/utils'
import { modelInForce } from '../explanation/model-in-force.ts'
import type { Side } from '../explanation/paths.ts'
import { reviewQueue } from '../explanation/review-queue.ts'
import { searchRecord } from '../explanation/search.ts'
import { why } from '../explanation/why.ts'
import { readCustomers } from '../graph/identity-reads.ts'
import type { CustomerId } from '../identity/types.ts'
import { badInput } from './bad-input.ts'
import type { ApiContext } from './context.ts'
import type { Finding } from './find-identifiers.ts'
import { fateOf } from './former-customer.ts'
import { readKey } from './read-key.ts'
import { customerIdOf } from './readings.ts'
import { shownExplanation, shownRecords, shownSearch } from './shown-explanation.ts'
import { withinPage } from './within-page.ts'

/** Links and obstacles of a sort that are explained. */
const MOST_EXPLAINED = 100
const MOST_TRAITS = 50
const LONGEST_TRAIT = 1000

/** The resolvers of what is asked of the graph without changing it. */
export function createExplanations({ graph, policy }: Finding): IResolvers<unknown, ApiContext> {
  async function explain(_: unknown, { a, b }: { a: string; b: string }) {
    const [one, other] = [await sideOf(a), await sideOf(b)]
    const model = await modelInForce(graph)
    return shownExplanation(await why(one, other, { graph, policy, model, most: MOST_EXPLAINED }))
  }

  async function sideOf(text: string): Promise<Side> {
    const id = customerIdOf(text)
    if (id === undefined) return [readKey(text, policy)]
    const own = await membersOf(id)
    if (own !== undefined) return own
    const fate = await fateOf(id, graph)
    if (fate?.type === 'identifier') return [fate.key]
    const [only, ...others] = fate?.ids ?? []
    const members = only === undefined || others.length > 0 ? undefined : await membersOf(only)
    if (members !== undefined) return members
    throw badInput('this id leads to no customer, or to several', 'ask `whatBecameOf` about it, or name an identifier')
  }

  async function membersOf(id: CustomerId): Promise<Side | undefined> {
    const [first, ...others] = (await readCustomers({ run: graph.read }, [id])).get(id)?.members ?? []
    return first === undefined ? undefined : [first, ...others]
  }

  return {
    Query: {
      why: explain,
      whyNot: explain,
      reviewQueue: async (_, { first }) => {
        const pairs = await Array.fromAsync(reviewQueue({ graph, policy }, withinPage(first)))
        return pairs.map(({ a, b, records, ...pair }) => ({
          ...{ ...pair, a: { key: a }, b: { key: b }, records: records && shownRecords(records) },
        }))
      },
      searchRecord: async (_, { record, limit }) => {
        return shownSearch(await searchRecord(recordOf(record), { graph, policy, limit: withinPage(limit) }))
      },
    },
  }
}

function recordOf(traits: readonly { readonly name: string; readonly value: string }[]): Record<string, string> {
  const isTooLong = traits.some(({ name, value }) => name.length > LONGEST_TRAIT || value.length > LONGEST_TRAIT)
  if (traits.length > MOST_TRAITS || isTooLong) {
    throw badInput(
      `a record has at most ${MOST_TRAITS} traits, of at most ${LONGEST_TRAIT} characters each`,
      'leave out what says nothing about who it is',
    )
  }
  return Object.fromEntries(traits.map(({ name, value }) => [name, value]))
}
