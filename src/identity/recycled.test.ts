import { expect, test } from 'vitest'
import { DAY, event, fold } from '../../test/told.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from './keys.ts'
import { createPolicy } from './policy.ts'
import { resolve, withoutModel } from './resolve.ts'
import type { IdentifierKey, Observation } from './types.ts'

const kinds = { phone: { changesHands: true }, cookie: {}, email: {}, crm_contact: { account: true } }
const rules = { policy: createPolicy({ kinds }), matching: withoutModel, idKey: new Uint8Array(32) }
const phone = identifierKey('phone', '+84868964818')
const crm = (id: string) => identifierKey('crm_contact', `crm:${id}`)
const cookie = (id: string) => identifierKey('cookie', id)

/** A contact that names the phone on these days; two birth dates contradict. */
function contact(id: string, birthday: string | undefined, ...days: number[]): Observation[] {
  return days.map((day) =>
    event({
      ...{ source: 'crm', type: 'record', observedAt: day * DAY, messageId: `${id} ${day}` },
      identifiers: [crm(id), phone].sort(compareKeys).map(identifierOf),
      record: {
        ...{ key: recordKey('crm', id), id, account: crm(id) },
        traits: { name: 'An', ...(birthday === undefined ? {} : { birthday }) },
      },
    }),
  )
}

function seen(other: IdentifierKey, ...days: number[]): Observation[] {
  return days.map((day) =>
    event({ observedAt: day * DAY, messageId: `${other} ${day}`, identifiers: [other, phone].map(identifierOf) }),
  )
}

async function customersOf(...told: Observation[][]) {
  const { customers, refused } = await resolve(fold(...told.flat()), rules)
  const named = customers.map(({ members, tenures }) => ({ members, tenures }))
  return {
    customers: named.toSorted((a, b) => compareKeys(a.members.join(), b.members.join())),
    refused: [...refused.observed],
  }
}

const former = contact('1', '1960-01-02', 10, 40)
const present = contact('2', '1991-11-13', 300, 320)

test('each period links what was seen in it to its holder, and the number is the present one’s', async () => {
  const told = [former, present, seen(cookie('old'), 20), seen(cookie('new'), 310)]
  const expected = {
    customers: [
      { members: [cookie('new'), crm('2'), phone], tenures: [{ key: phone, since: 300 }] },
      { members: [cookie('old'), crm('1')], tenures: [{ key: phone, until: 40 }] },
    ],
    refused: [],
  }
  expect(await customersOf(...told)).toEqual(expected)
  expect(await customersOf(...told.toReversed())).toEqual(expected)
})

test('what is seen on both sides stays with whom it met first', async () => {
  const { customers, refused } = await customersOf(former, present, seen(cookie('both'), 20, 310))
  expect(customers.map(({ members }) => members)).toEqual([
    [cookie('both'), crm('1')],
    [crm('2'), phone],
  ])
  expect(refused).toEqual([])
})

test('holders at one time share a phone: it is the first one’s, and the other is refused', async () => {
  const { customers, refused } = await customersOf(former, contact('2', '1991-11-13', 40, 320))
  expect(customers).toEqual([
    { members: [crm('1'), phone], tenures: [] },
    { members: [crm('2')], tenures: [] },
  ])
  expect(refused).toHaveLength(1)
})

test('whom nothing contradicts holds it on, however long nobody was seen with it', async () => {
  const { customers } = await customersOf(former, contact('2', undefined, 4000))
  expect(customers).toEqual([{ members: [crm('1'), crm('2'), phone], tenures: [] }])
})

test('while one of several holders has it still, nobody new does', async () => {
  const { customers } = await customersOf(former, contact('3', undefined, 30, 310), present)
  expect(customers.flatMap(({ tenures }) => tenures)).toEqual([])
})

test('a third holder: the one between had it from a day to a day', async () => {
  const { customers } = await customersOf(former, present, contact('3', '1975-05-05', 900))
  expect(customers.map(({ tenures }) => tenures)).toEqual([
    [{ key: phone, until: 40 }],
    [{ key: phone, since: 300, until: 320 }],
    [{ key: phone, since: 900 }],
  ])
})
