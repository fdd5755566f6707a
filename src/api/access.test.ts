import { isObjectType } from 'graphql'
import { expect, test } from 'vitest'
import { shippedPolicy } from '../../test/live.ts'
import { unaskedSchema } from '../../test/unasked-schema.ts'
import { ACCESS, grantOf } from './access.ts'
import { ROLES } from './caller.ts'

const schema = await unaskedSchema(shippedPolicy())
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
