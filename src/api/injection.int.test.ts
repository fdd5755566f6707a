import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, apiOver, SMALL_WORLD, SMALL_WORLD_IDS } from '../../test/api-under-test.ts'
import { ask } from '../../test/live.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiOver(SMALL_WORLD, { params: SMALL_WORLD_IDS })
})
afterAll(async () => await api?.close())

const INPUTS = 10_000
/** Asked together, each under an alias of its own. */
const TOGETHER = 10
const MARK = 'zqx'

/** Pieces of the languages behind the API, and of what surrounds a value in each. */
const PIECES = [
  ...[
    "'",
    '"',
    '`',
    '\\',
    '\\u0027',
    '\\"',
    '$',
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '//',
    '/*',
    '*/',
    ';',
    '\n',
    '\0',
    '\uD800',
    '%',
    '#',
  ],
  ...[
    '` DETACH DELETE n //',
    "' OR true //",
    '}) DETACH DELETE n WITH 1 AS x MATCH (m {a:"',
    'CALL db.labels()',
    'UNION MATCH (n) RETURN n',
  ],
  ...[
    '*',
    '*:*',
    '~',
    '^2',
    '+',
    '-',
    '&&',
    '||',
    'AND',
    'OR',
    'NOT',
    'name:',
    '[a TO z]',
    '/.*/',
    '?',
    'email:',
    'phone:+84',
    'c_',
  ],
  ...[
    'Customer',
    'constructor',
    '__proto__',
    'n.golden',
    ':~AAAA',
    'null',
    'NaN',
    '1e309',
    '-1',
    '٣',
    'ﬁ',
    '𝕬',
    '\u202e',
    '\u00a0',
  ],
]
const input = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: 'binary', maxLength: 8 })), {
    ...{ minLength: 1, maxLength: 6 },
  })
  .map((pieces) => `${MARK}${pieces.join('')}`)
const QUESTIONS = [
  (name: string) => `identify(anything: $${name}) { key }`,
  (name: string) => `identifier(kind: email, value: $${name}) { key }`,
  (name: string) => `identifier(kind: crm_contact, value: $${name}) { key }`,
  (name: string) => `customersByName(name: $${name}) { id }`,
  (name: string) => `customers(first: 1, after: $${name}) { id }`,
  (name: string) =>
    `customer(id: "${SMALL_WORLD_IDS.a}") { identifiers(limit: 1, after: $${name}) { key } records(after: $${name}) { key } }`,
  (name: string) => `customer(id: $${name}) { id }`,
  (name: string) => `whatBecameOf(id: $${name}) { __typename }`,
]
const ID_TYPED = new Set([4, 5, 6, 7])

test(`${INPUTS.toLocaleString('en')} inputs: none is part of a statement, none is an error of ours, none changes anything`, async () => {
  const texts = await spyOnStatements(api)
  const before = await digest()
  const codes = new Set<string>()
  const samples = fc.sample(input, { numRuns: INPUTS, seed: 20_261_128 })
  for (let from = 0; from < samples.length; from += TOGETHER) {
    const some = samples.slice(from, from + TOGETHER)
    const asked = some.map((value, index) => ({ value, name: `v${index}`, which: (from + index) % QUESTIONS.length }))
    // Every second time as literals, where the value must not end the string it stands in; half a character is none there.
    const literal = (from / TOGETHER) % 2 === 1
    const types = asked.map(({ name, which }) => `$${name}: ${ID_TYPED.has(which) ? 'ID!' : 'String!'}`).join(' ')
    const fields = asked.map(({ name, which, value }) => {
      const field = QUESTIONS[which]?.(name) ?? ''
      return `${name}: ${literal ? field.replaceAll(`$${name}`, () => JSON.stringify(value.toWellFormed())) : field}`
    })
    const variables = literal ? {} : Object.fromEntries(asked.map(({ name, value }) => [name, value]))
    const { status, errors = [] } = await api.ask(
      `query ${literal ? '' : `(${types})`} { ${fields.join(' ')} }`,
      variables,
    )
    for (const { extensions } of errors) codes.add(extensions.code)
    expect(status, JSON.stringify(some)).toBeLessThan(500)
  }
  expect([...codes].sort()).toEqual(['BAD_USER_INPUT'])
  expect(texts.size, 'statements were seen').toBeGreaterThan(5)
  expect([...texts].filter((text) => text.includes(MARK))).toEqual([])
  expect(await digest()).toEqual(before)
}, 600_000)

async function digest() {
  return await ask(
    api.graph,
    'MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN count(DISTINCT n) AS nodes, count(r) AS links',
  )
}

/** The texts of all statements that go to the store from now on, the library's among them. */
async function spyOnStatements({ graph }: ApiUnderTest): Promise<ReadonlySet<string>> {
  const texts = new Set<string>()
  const session = graph.driver.session()
  // Not awaited: what it resolves to has methods of its own.
  const transaction = session.beginTransaction()
  for (const each of [session, transaction]) {
    const owner = ownerOfRun(each)
    const { run } = owner
    owner.run = function (text, ...rest) {
      texts.add(typeof text === 'string' ? text : text.text)
      return run.call(this, text, ...rest)
    }
  }
  await (await transaction).rollback()
  await session.close()
  return texts
}

interface Runner {
  run(text: string | { readonly text: string }, ...rest: unknown[]): unknown
}

/** The class that a session or a transaction has its `run` from. */
function ownerOfRun(instance: object): Runner {
  let owner = instance
  while (!Object.hasOwn(owner, 'run')) owner = Object.getPrototypeOf(owner)
  return owner as Runner
}
