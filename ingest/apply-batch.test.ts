import { describe, expect, test } from 'vitest'
import { SelfsameError } from '../src/errors.ts'
import type { BusinessEvent, IdentifierKey } from '../src/identity/types.ts'
import type { Batch, BatchResult } from '../src/resolver/resolver-types.ts'
import { applyBatch, type Door, type Entry } from './apply-batch.ts'
import { deadLetter } from './outcome.ts'
import type { Understanding } from './pass-over.ts'

const offsets = [{ cluster: 'c', topic: 't', partition: 0, offset: '9' }]

/** A message of which only the name matters here. */
function entry(messageId: string, identifiers = 0): Entry<string> {
  const base = { messageId, source: 's', observedAt: 0 }
  const event: BusinessEvent = { ...base, name: 'e', properties: {}, identifier: 'cookie:1' as IdentifierKey }
  const observation = {
    ...base,
    load: '',
    type: 'track' as const,
    recordedAt: 0,
    identifiers: Array.from({ length: identifiers }, identifier),
  }
  const message = { ...base, type: 'track' as const, observedAt: '', identifiers: [] }
  return {
    origin: messageId,
    understood: { kind: 'understood', observation, event, firstKey: event.identifier, leftOut: [], message },
  }
}

const identifier = (_: unknown, n: number) => ({ key: `cookie:${n}` as IdentifierKey, kind: 'cookie', value: `${n}` })

const knownEntry = (messageId: string): Entry<string, Understanding> => {
  const { origin, understood } = entry(messageId)
  return { origin, understood: { kind: 'known', event: 'event' in understood ? understood.event : undefined } }
}

const refusedEntry: Entry<string> = { origin: 'bad', understood: deadLetter('malformed_json') }

/** A door that writes down what happens, and whose store fails as told. */
function door(fails: (batch: Batch) => Error | undefined = () => undefined) {
  const log: string[] = []
  const made: Door<string> = {
    resolver: {
      async apply(batch) {
        const names = batch.observations.map(({ messageId }) => messageId).join('')
        const error = fails(batch)
        log.push(`${error ? 'fail' : 'apply'} ${names}${batch.offsets?.length ? ' with offsets' : ''}`)
        if (error) throw error
        return { ...nothing, outcomes: batch.observations.map(() => 'applied') }
      },
    },
    inbox: {
      stage: async (events) => {
        log.push(`stage ${events.map(({ messageId }) => messageId).join('')}`)
      },
    },
    setAside: async (refused) => {
      log.push(`set aside ${refused.map(({ origin, letter }) => `${origin} ${letter.reason}`).join(', ')}`)
    },
    attempt: (_, work) => work(),
  }
  return { door: made, log }
}

const nothing: BatchResult = {
  ...{
    outcomes: [],
    decided: 0,
    identifiersCreated: 0,
    edgesCreated: 0,
    customersSaved: 0,
    customersRetired: 0,
    refused: 0,
    slowPath: { components: 0, identifiers: 0, unresolved: 0 },
    retries: 0,
  },
  timings: { read: 0, decide: 0, write: 0, commit: 0 },
}
const defect = new SelfsameError('bug', 'impossible state: told to fail')
const poison = (...names: string[]) => {
  return ({ observations }: Batch) =>
    observations.some(({ messageId }) => names.includes(messageId)) ? defect : undefined
}

describe('a batch', () => {
  test('sets aside, stages, commits with the offsets, in this order', async () => {
    const { door: open, log } = door()
    const outcomes = await applyBatch(open, [entry('a'), refusedEntry, entry('b')], offsets)
    expect(log).toEqual(['set aside bad malformed_json', 'stage ab', 'apply ab with offsets'])
    expect(outcomes).toEqual([{ kind: 'applied' }, deadLetter('malformed_json'), { kind: 'applied' }])
  })

  test('of too many pairs is cut, and the offsets wait for the last part', async () => {
    const { door: open, log } = door()
    // 1,225 pairs each: forty to a transaction.
    const outcomes = await applyBatch(
      open,
      Array.from({ length: 100 }, () => entry('x', 50)),
      offsets,
    )
    const sizes = log
      .filter((line) => line.startsWith('apply'))
      .map((line) => line.replace(/x+/, (all) => `${all.length}`))
    expect(sizes).toEqual(['apply 40', 'apply 40', 'apply 20 with offsets'])
    expect(outcomes).toHaveLength(100)
  })

  test('of refused messages alone still moves the offsets', async () => {
    const { door: open, log } = door()
    await applyBatch(open, [refusedEntry], offsets)
    expect(log).toEqual(['set aside bad malformed_json', 'apply  with offsets'])
  })

  test('of nothing does nothing', async () => {
    const { door: open, log } = door()
    expect(await applyBatch(open, [])).toEqual([])
    expect(log).toEqual([])
  })
})

describe('what is known', () => {
  const unchanged = { kind: 'unchanged' }

  test('ends before the graph, its event is staged, and the rest is committed', async () => {
    const { door: open, log } = door()
    const outcomes = await applyBatch(open, [knownEntry('a'), entry('b'), refusedEntry, knownEntry('c')], offsets)
    expect(log).toEqual(['set aside bad malformed_json', 'stage abc', 'apply b with offsets'])
    expect(outcomes).toEqual([unchanged, { kind: 'applied' }, deadLetter('malformed_json'), unchanged])
  })

  test('alone leaves the graph alone, unless its offsets have waited long enough', async () => {
    const { door: open, log } = door()
    expect(await applyBatch(open, [knownEntry('a')], offsets)).toEqual([unchanged])
    expect(log).toEqual(['stage a'])
    await applyBatch({ ...open, offsetsMayWait: () => false }, [knownEntry('b')], offsets)
    expect(log.slice(1)).toEqual(['stage b', 'apply  with offsets'])
  })

  test('is learned of what the graph has committed, and of nothing else', async () => {
    const learned: string[] = []
    const known = { learn: ({ messageId }: { messageId: string }) => void learned.push(messageId) }
    const { door: open } = door(poison('b'))
    await applyBatch({ ...open, known }, ['a', 'b', 'c'].map(entry).toSpliced(1, 0, refusedEntry))
    expect(learned).toEqual(['a', 'c'])
    const away = door(() => new SelfsameError('graph_unreachable', 'perhaps it was committed', { retriable: true }))
    await expect(applyBatch({ ...away.door, known }, [entry('d')])).rejects.toThrow()
    expect(learned).toEqual(['a', 'c'])
  })
})

test('a graph that went back is no message’s fault: nothing is set aside', async () => {
  const wentBack = new SelfsameError('graph_went_back', 'restored')
  const { door: open, log } = door(() => wentBack)
  await expect(applyBatch(open, ['a', 'b'].map(entry), offsets)).rejects.toBe(wentBack)
  expect(log).toEqual(['stage ab', 'fail ab with offsets'])
})

describe('a message that brings out a defect', () => {
  test('is set aside alone, the others are applied, and the offsets move last', async () => {
    const { door: open, log } = door(poison('c'))
    const outcomes = await applyBatch(open, ['a', 'b', 'c', 'd', 'e'].map(entry), offsets)
    expect(outcomes.map(({ kind }) => kind)).toEqual(['applied', 'applied', 'dead_letter', 'applied', 'applied'])
    expect(log.slice(-2)).toEqual(['set aside c internal', 'apply  with offsets'])
    expect(log.filter((line) => /^apply [a-e]/.test(line))).toEqual(['apply ab', 'apply de'])
    expect(log.filter((line) => line.includes('offsets'))).toEqual(['fail abcde with offsets', 'apply  with offsets'])
  })

  test('may be several, or all', async () => {
    const { door: open } = door(poison('a', 'c'))
    const kinds = (await applyBatch(open, ['a', 'b', 'c'].map(entry))).map(({ kind }) => kind)
    expect(kinds).toEqual(['dead_letter', 'applied', 'dead_letter'])
  })

  test('is never blamed for a store that refuses everything', async () => {
    const { door: open, log } = door(() => defect)
    await expect(applyBatch(open, ['a', 'b'].map(entry), offsets)).rejects.toBe(defect)
    expect(log.some((line) => line.startsWith('set aside'))).toBe(false)
  })
})

test('a failure that may pass is not a message’s fault: the batch is not halved', async () => {
  const away = new SelfsameError('graph_unreachable', 'away', { retriable: true })
  const { door: open, log } = door(() => away)
  await expect(applyBatch(open, ['a', 'b'].map(entry), offsets)).rejects.toBe(away)
  expect(log).toEqual(['stage ab', 'fail ab with offsets'])
})
