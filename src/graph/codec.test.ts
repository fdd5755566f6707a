import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinSupports, type Support, type Supports } from '../identity/evidence.ts'
import { decodeSeen, decodeSupports, encodeSeen, encodeSupports, kindLabel } from './codec.ts'

const anySupport = fc.array(fc.tuple(fc.nat(2e12), fc.nat(2e12)), { minLength: 1, maxLength: 4 }).map((sightings) =>
  sightings
    .map(
      ([first, recorded]): Support => ({
        first,
        last: Math.floor(first / 86_400_000),
        sightings: [[first, recorded] as const],
      }),
    )
    .reduce(joinSupports),
)
const anySupports = fc
  .dictionary(fc.constantFrom('web|', 'crm||7', 'crm|june|a|b'), anySupport)
  .map((supports): Supports => new Map(Object.entries(supports)))

test('supports come back from the graph as they went in', () => {
  fc.assert(
    fc.property(anySupports, (supports) => {
      const stored = JSON.parse(JSON.stringify(encodeSupports(supports)))
      expect(decodeSupports(stored)).toEqual(supports)
    }),
  )
})

test('times come back as they went in, absence too', () => {
  const { firstSeen, lastSeen } = encodeSeen({ firstSeen: 1_735_689_600_123, lastSeen: 20_089 })
  expect(decodeSeen({ firstSeen, lastSeen })).toEqual({
    firstSeen: 1_735_689_600_123,
    lastSeen: 20_089,
  })
  const nothing = encodeSeen(undefined)
  expect(nothing).toEqual({ firstSeen: null, lastSeen: null })
})

test.each([
  ['pos_account', 'PosAccount'],
  ['email', 'Email'],
  ['record', 'RecordIdentifier'],
  ['former_customer', 'FormerCustomerIdentifier'],
])('the label of the kind %s is %s, never one that means something else', (kind, label) => {
  expect(kindLabel(kind)).toBe(label)
})
