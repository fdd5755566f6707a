import { isObjectType } from 'graphql'
import { afterAll, expect, test } from 'vitest'
import { shippedPolicy } from '../../test/live.ts'
import { bug } from '../errors.ts'
import { openGraph } from '../graph/graph.ts'
import { ACCESS, grantOf } from './access.ts'
import { ROLES } from './caller.ts'
import { createApiSchema } from './schema.ts'
import { createSealedKeys } from './sealed-keys.ts'

// The driver connects when it is first asked; here it never is.
const nowhere = { neo4j_uri: 'bolt://127.0.0.1:1', neo4j_user: 'nobody', neo4j_password: '', neo4j_database: 'neo4j' }
const graph = openGraph(nowhere)
afterAll(async () => await graph.close())
const policy = shippedPolicy()
const sealedKeys = createSealedKeys(new Uint8Array(32))
const nobodyDecides = { resolver: () => bug('no command is given'), rules: () => bug('nothing is tried out') }
const kinds = Object.keys(policy.kinds)
const schema = await createApiSchema({ graph, policy, sealedKeys, kinds, ...nobodyDecides })
const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'))

test('every field of the schema is in the table, and nothing else', () => {
  const published = types.flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields()).flatMap(({ name, args }) => [
          `${type.name}.${name}`,
          ...args.map((arg) => `${type.name}.${name}(${arg.name})`),
        ])
      : [],
  )
  const granted = Object.entries(ACCESS).flatMap(([type, fields]) =>
    Object.keys(fields).map((name) => `${type}.${name}`),
  )
  expect(granted.filter((name) => !published.includes(name))).toEqual([])
  expect(published.filter((name) => !name.includes('(') && !granted.includes(name))).toEqual([])
})

test('what nobody granted is refused, whatever it is called', () => {
  for (const role of ROLES) {
    for (const [type, field] of [
      ['Customer', 'secret'],
      ['Nothing', 'id'],
      ['Customer', 'constructor'],
      ['__proto__', 'id'],
    ] as const) {
      expect(grantOf(role, type, field), `${type}.${field}`).toBeUndefined()
    }
  }
})

test('an app sees nothing whole by which somebody is reached, an analyst nobody at all', () => {
  for (const field of ['email', 'phone', 'birthday', 'street', 'city', 'postalCode']) {
    for (const type of ['Customer', 'Record']) {
      expect([grantOf('app', type, field), grantOf('analyst', type, field)]).toEqual(['masked', 'masked'])
      expect(grantOf('steward', type, field)).toBe('open')
    }
  }
  expect([grantOf('app', 'Customer', 'name'), grantOf('analyst', 'Customer', 'name')]).toEqual(['open', 'masked'])
})
