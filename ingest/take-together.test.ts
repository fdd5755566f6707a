import { expect, test } from 'vitest'
import { SelfsameError } from '../src/errors.ts'
import type { Batch, BatchResult } from '../src/resolver/resolver-types.ts'
import { event } from '../test/told.ts'
import { takeTogether } from './take-together.ts'

const batch = (...names: string[]): Batch => ({
  observations: names.map((messageId) => event({ messageId })),
  offsets: [{ cluster: 'c', topic: names.join(''), partition: 0, offset: '1' }],
})
const namesOf = ({ observations }: Batch) => observations.map(({ messageId }) => messageId).join('')

/** A resolver whose first transaction lasts until told, and that fails on some messages. */
function resolving(fails: (names: string) => Error | undefined = () => undefined) {
  const first = Promise.withResolvers<void>()
  const log: string[] = []
  const resolver = {
    async apply(given: Batch): Promise<BatchResult> {
      const names = namesOf(given)
      log.push(`${names} ${given.offsets?.map(({ topic }) => topic).join('+')}`)
      if (log.length === 1) await first.promise
      const error = fails(names)
      if (error) throw error
      return {
        ...{ decided: 0, identifiersCreated: 0, edgesCreated: 0, customersSaved: 0, customersRetired: 0, retries: 0 },
        ...{ refused: 0, slowPath: { components: 0, identifiers: 0, unresolved: 0 } },
        outcomes: given.observations.map(({ messageId }) => (messageId === 'known' ? 'unchanged' : 'applied')),
        timings: { read: 0, decide: 0, write: 0, commit: 0 },
      }
    },
  }
  return { first, log, together: takeTogether({ resolver, most: 4, atOnce: 1 }) }
}

test('what comes while a transaction is under way goes together with its offsets, each gets its own outcomes', async () => {
  const { first, log, together } = resolving()
  const all = [together.apply(batch('a'))]
  await new Promise(setImmediate)
  all.push(together.apply(batch('b', 'known')), together.apply(batch('c')), together.apply(batch('d', 'e')))
  first.resolve()
  const results = await Promise.all(all)
  expect(log).toEqual(['a a', 'bknownc bknown+c', 'de de'])
  expect(results.map(({ outcomes }) => outcomes.join(' '))).toEqual([
    ...['applied', 'applied unchanged', 'applied', 'applied applied'],
  ])
})

test('a failure that stays is that of the batch it belongs to; one that may pass is everybody’s', async () => {
  const defect = new SelfsameError('bug', 'impossible state: told to fail')
  const { first, log, together } = resolving((names) => (names.includes('x') ? defect : undefined))
  const all = [together.apply(batch('a'))]
  await new Promise(setImmediate)
  all.push(together.apply(batch('b')), together.apply(batch('x')))
  first.resolve()
  const results = await Promise.allSettled(all)
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect(log).toEqual(['a a', 'bx b+x', 'b b', 'x x'])

  const away = new SelfsameError('graph_unreachable', 'away', { retriable: true })
  const other = resolving((names) => (names === 'a' ? undefined : away))
  const waiting = [other.together.apply(batch('a'))]
  await new Promise(setImmediate)
  waiting.push(other.together.apply(batch('b')), other.together.apply(batch('c')))
  other.first.resolve()
  expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(other.log).toEqual(['a a', 'bc b+c'])
})
