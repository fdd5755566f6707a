import { buildSchema, execute, parse } from 'graphql'
import { Neo4jError } from 'neo4j-driver'
import { expect, test } from 'vitest'
import { ASKED, createLearnedStatements, type Readers } from './learned-statements.ts'
import type { Reader } from './reader.ts'

const SCHEMA = buildSchema('type Query { thing(name: ID!): Thing } type Thing { name: String }')
const TIMED_OUT = new Neo4jError('late', 'Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration', '', '')
const AWAY = new Neo4jError('away', 'ServiceUnavailable', '', '')

/** A store of things, the names of each statement that it was sent, and by whom; `fail` says what it answers otherwise. */
function storeOf(fail: (names: readonly string[]) => Error | undefined = () => undefined) {
  const sent: { readonly by: keyof Readers; readonly names: readonly string[] }[] = []
  const reader = (by: keyof Readers): Reader => ({
    async run(_, params) {
      const { names } = params as { names: readonly string[] }
      sent.push({ by, names })
      await new Promise((resolve) => setImmediate(resolve))
      const error = fail(names)
      if (error) throw error
      const rows = names.filter((name) => name !== 'nothing').map((name) => ({ name, [ASKED]: name }))
      return { records: rows.toReversed().map((row) => ({ get: () => row })) } as never
    },
  })
  return { sent, readers: { alone: reader('alone'), together: reader('together') } }
}

/** Asks about each, all at once; the first time, before that, as the library would. */
function askerOf(readers: Readers, query = 'query ($name: ID!) { thing(name: $name) { name } }') {
  const learnedAt = createLearnedStatements()
  const document = parse(query)
  const ask = (name: string) => {
    const resolve = async ({ name }: { name: string }, _: unknown, info: Parameters<typeof learnedAt>[0]) => {
      const learned = learnedAt(info)
      const gone = name.startsWith('gone') ? { signal: AbortSignal.abort() } : {}
      const known = learned?.ask({ ...readers, ...gone }, [name])
      if (known !== undefined) return (await known)[0] ?? null
      await learned?.learning(readers.alone, [name]).run('MATCH', { names: [name] })
      return { name: 'learned' }
    }
    return execute({ schema: SCHEMA, document, rootValue: { thing: resolve }, variableValues: { name } })
  }
  return {
    async all(names: readonly string[]) {
      await ask('first')
      const answers = await Promise.all(names.map(ask))
      return answers.map(({ data, errors }) => errors?.[0]?.originalError ?? (data?.thing as { name?: string } | null))
    },
  }
}
const things = (names: readonly string[]) => names.map((name) => (name === 'nothing' ? null : { name }))

test('what is asked at once goes in few statements, and each gets its own', async () => {
  const { sent, readers } = storeOf()
  const names = [...Array.from({ length: 40 }, (_, n) => `thing ${n}`), 'nothing', 'thing 3', 'thing 3', 'thing 7']
  expect(await askerOf(readers).all(names)).toEqual(things(names))
  expect(sent.length).toBeLessThan(names.length / 3)
  for (const { names } of sent) expect(names.length).toBeLessThanOrEqual(8)
})

test('who asks alone is asked for alone', async () => {
  const { sent, readers } = storeOf()
  const asker = askerOf(readers)
  await asker.all(['a'])
  await asker.all(['b'])
  expect(sent.every(({ by }) => by === 'alone')).toBe(true)
})

test('one that fails does so alone', async () => {
  const { readers } = storeOf((names) => (names.includes('bad') ? TIMED_OUT : undefined))
  const answers = await askerOf(readers).all(['a', 'bad', 'b', 'nothing', 'c'])
  expect(answers).toEqual([{ name: 'a' }, TIMED_OUT, { name: 'b' }, null, { name: 'c' }])
})

test('who is gone by the time it goes is not asked for', async () => {
  const { sent, readers } = storeOf()
  const asker = askerOf({ ...readers, signal: AbortSignal.abort() })
  await asker.all(['a', 'b', 'c'])
  expect(sent.every(({ by }) => by === 'alone')).toBe(true)
})

test('who is gone among others is answered by the reader of their own, not with nothing', async () => {
  const GONE = new Error('gone')
  const { sent, readers } = storeOf((names) => (names.includes('gone') ? GONE : undefined))
  expect(await askerOf(readers).all(['a', 'gone', 'b'])).toEqual([{ name: 'a' }, GONE, { name: 'b' }])
  expect(sent.filter(({ by }) => by === 'together')).toEqual([{ by: 'together', names: ['a', 'b'] }])
})

test('where the store is away nobody asks again', async () => {
  let learning = true
  const { sent, readers } = storeOf(() => (learning ? undefined : AWAY))
  const asker = askerOf(readers)
  await asker.all([])
  learning = false
  sent.length = 0
  const names = Array.from({ length: 30 }, (_, n) => `thing ${n}`)
  const answers = await asker.all(names)
  expect(answers.every((answer) => answer === AWAY)).toBe(true)
  expect(sent.flatMap(({ names }) => names).filter((name) => name !== 'first').length).toBe(names.length)
})

test('a question that takes our name for its own is not learned', async () => {
  const { sent, readers } = storeOf()
  const asker = askerOf(
    readers,
    `query ($name: ID!) { thing(name: $name) { ...T } } fragment T on Thing { ${ASKED}: name }`,
  )
  await asker.all(['a', 'b'])
  expect(sent).toEqual([])
})
