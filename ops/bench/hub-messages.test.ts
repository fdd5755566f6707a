import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sources } from '../../ingest/sources/sources.ts'
import { understand } from '../../ingest/understand.ts'
import { addObservation, emptyEvidence } from '../../src/identity/evidence.ts'
import { parsePolicy } from '../../src/identity/policy.ts'
import { resolve, withoutModel } from '../../src/identity/resolve.ts'
import type { OutgoingMessage } from '../../src/kafka.ts'
import { HUB_KEY, hubMessages, hubNews, hubNewsKey } from './hub-messages.ts'

const policy = parsePolicy(readFileSync(join(import.meta.dirname, 'hub-policy.yaml'), 'utf8'))
const mapping = sources.get('observations')

function observationOf({ value }: OutgoingMessage) {
  if (mapping === undefined) throw new Error('no mapping')
  const now = Date.UTC(2026, 0, 1)
  const understood = understand(Buffer.from(value), mapping, { policy, recordedAt: now, now })
  if (understood.kind !== 'understood') throw new Error(understood.reason)
  return understood.observation
}

const evidence = emptyEvidence()
const told = [...hubMessages(300), hubNews(0), hubNews(1)].map((each) => addObservation(evidence, observationOf(each)))

test('every message brings news', () => expect(told.every((news) => news)).toBe(true))

test('the phone links all of them, whatever their number: the policy has a hole', async () => {
  const { statuses } = await resolve(evidence, { policy, idKey: new Uint8Array(32), matching: withoutModel })
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([HUB_KEY, hubNewsKey(0), hubNewsKey(1)]))
  expect(new Set(statuses.values())).toEqual(new Set(['linking']))
})
