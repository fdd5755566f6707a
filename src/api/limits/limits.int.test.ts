import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, apiOver, SMALL_WORLD, SMALL_WORLD_IDS } from '../../../test/api-under-test.ts'
import { hostileQuestions } from '../../../test/hostile-questions.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiOver(SMALL_WORLD, { params: SMALL_WORLD_IDS, development: false })
})
afterAll(async () => await api?.close())

const post = async (payload: unknown) => {
  const response = await api.app.inject({ method: 'POST', url: '/graphql', payload: payload as object })
  return { status: response.statusCode, body: response.json(), headers: response.headers }
}

describe('hostile questions', () => {
  it.each(hostileQuestions())('$name: refused as $code, with a remedy', async ({ payload, code, status }) => {
    const { status: answered, body } = await post(payload)
    expect(body).toMatchObject({ errors: [{ message: expect.any(String), extensions: { code } }] })
    expect(answered).toBe(status)
    const [{ message, extensions }] = body.errors
    expect(extensions.remedy).toMatch(/\w+ \w+/)
    expect(message).toMatch(/\d|several|suffer|list/)
  })
})

describe('cost', () => {
  it('counts a limit that is given by a variable, by its default, and in a fragment', async () => {
    const selection = '{ identifiers(limit: $n) { observed(limit: $n) { neighbour { key } } } }'
    const declared = 'query Q($n: Int = 100)'
    for (const [query, variables] of [
      [`${declared} { customers(first: $n) ${selection} }`, { n: 100 }],
      [`${declared} { customers(first: $n) ${selection} }`, {}],
      [`${declared} { ...F } fragment F on Query { customers(first: $n) ${selection} }`, { n: 1_000_000 }],
    ] as const) {
      expect((await post({ query, variables })).body.errors[0].extensions.code).toBe('TOO_COSTLY')
    }
    const small = await post({ query: `${declared} { customers(first: $n) ${selection} }`, variables: { n: 5 } })
    expect(small.status).toBe(200)
  })

  it('counts a limit above 100 as 100, as lists hold no more', async () => {
    const answer = await post({ query: '{ customers(first: 1000000) { id identifiers(limit: 4) { key } } }' })
    expect(answer.body.errors).toBeUndefined()
  })

  it('does not let a variable that does not fit hide the rest', async () => {
    const query = `query ($n: Int = 20) { a: customers(first: $n) { id }
      b: customers(first: 100) { identifiers(limit: 100) { observed(limit: 100) { refused } } } }`
    const { status, body } = await post({ query, variables: { n: null } })
    expect([status, body.errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT'])
    expect(body.data).toBeUndefined()
  })
})

describe('outside development', () => {
  it('the schema is not told, neither asked for nor as what may have been meant', async () => {
    const asked = await post({ query: '{ __schema { types { name } } }' })
    expect(asked.status).toBe(400)
    expect(JSON.stringify(asked.body)).not.toContain('FormerCustomer')
    for (const query of ['{ custome(id: "x") { id } }', '{ identifier(kind: emial, value: "x") { key } }']) {
      const { status, body } = await post({ query })
      expect(status).toBe(400)
      expect(JSON.stringify(body)).not.toContain('Did you mean')
    }
    const variable = await post({
      query: 'query ($k: Kind!) { identifier(kind: $k, value: "x") { key } }',
      variables: { k: 'emial' },
    })
    expect(variable.status).toBe(400)
    expect(JSON.stringify(variable.body)).not.toContain('Did you mean')
  })
})

describe('a list of operations', () => {
  const body = 'query One { customers(first: 1) { id } }'
  const id = createHash('sha256').update(body).digest('hex')
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-operations-'))
  const file = join(folder, 'operations.json')
  const manifest = { format: 'apollo-persisted-query-manifest', version: 1 }
  const write = (operations: unknown) => writeFileSync(file, JSON.stringify({ ...manifest, operations }))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is all that may be asked, by text, by hash and by id', async () => {
    write([{ id, name: 'One', type: 'query', body }])
    const listed = await apiOver(SMALL_WORLD, { params: SMALL_WORLD_IDS, operationsFile: file })
    const ask = async (payload: object) => {
      const response = await listed.app.inject({ method: 'POST', url: '/graphql', payload })
      return [response.statusCode, response.json().errors?.[0].extensions.code]
    }
    try {
      expect(await ask({ query: body })).toEqual([200, undefined])
      expect(await ask({ extensions: { persistedQuery: { version: 1, sha256Hash: id } } })).toEqual([200, undefined])
      expect(await ask({ id })).toEqual([200, undefined])
      const other = 'query One { customers(first: 2) { id } }'
      for (const payload of [
        { query: other },
        { query: other, id },
        { query: other, extensions: { persistedQuery: { version: 1, sha256Hash: id } } },
        { id: 'nothing' },
        {},
      ]) {
        expect(await ask(payload)).toEqual([403, 'OPERATION_NOT_LISTED'])
      }
    } finally {
      await listed.close()
    }
  })

  it('stops the start where it is none, and says where', async () => {
    const start = () => apiOver('RETURN 1', { operationsFile: file })
    write([{ id: 'x', name: 'One', type: 'query', body }])
    await expect(start()).rejects.toMatchObject({ code: 'operations_invalid', message: expect.stringContaining('[0]') })
    write([{ id, name: 'One', type: 'subscription', body }])
    await expect(start()).rejects.toMatchObject({ message: expect.stringContaining('operations[0].type') })
    writeFileSync(file, '{')
    await expect(start()).rejects.toMatchObject({ message: expect.stringContaining('is no JSON') })
  })
})
