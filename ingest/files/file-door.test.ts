import { expect, test } from 'vitest'
import type { ObservationMessage } from '../../src/identity/observation.ts'
import type { OutgoingMessage } from '../../src/kafka.ts'
import { shippedPolicy } from '../../test/live.ts'
import { accept } from '../understand.ts'
import { topicDoor } from './file-door.ts'
import { createTally } from './summary.ts'

const now = Date.UTC(2026, 0, 31, 12)
const reading = { policy: shippedPolicy(), recordedAt: now, now }

test('an observation is sent under the key of its first identifier, as it stands in the message', async () => {
  const sent: OutgoingMessage[] = []
  const producer = { send: async (_: string, messages: readonly OutgoingMessage[]) => void sent.push(...messages) }
  const door = topicDoor({ producer, topic: 'observations', asItCame: false })
  const rejects = { write: () => Promise.reject(new Error('nothing is refused')) }
  const deliver = door.open({ rejects, tally: createTally() })
  const message: ObservationMessage = {
    messageId: 'm1',
    source: 'pos',
    type: 'track',
    observedAt: '2026-01-31T09:30:00Z',
    identifiers: [
      { kind: 'pos_account', value: 'pos-7-1a' },
      { kind: 'email', value: 'an@mail.vn' },
    ],
  }
  const record: ObservationMessage = { ...message, identifiers: [], type: 'record', record: { id: '7' } }
  await deliver(
    [message, record].map((each) => ({ origin: { line: 1, original: '' }, understood: accept(each, reading) })),
  )
  expect(sent.map(({ key }) => key)).toEqual(['pos_account:pos:pos-7-1a', 'pos_account:pos:7'])
  expect(JSON.parse(String(sent[0]?.value))).toEqual(message)
})
