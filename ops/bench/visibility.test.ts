import { expect, test } from 'vitest'
import { startVisibility } from './visibility.ts'

test('each thing is asked for until it is seen, and its time runs from the moment given', async () => {
  const asked: string[][] = []
  const ask = async (things: readonly string[]) => {
    asked.push([...things])
    return things.map((thing) => thing === 'first' || asked.length > 2)
  }
  const visibility = startVisibility({ ask, everyMs: 1 })
  const now = performance.now()
  visibility.watch('first', now - 500)
  visibility.watch('second', now - 100)
  const latencies = await visibility.end()
  expect(asked.slice(0, 3)).toEqual([['first', 'second'], ['second'], ['second']])
  expect(latencies).toHaveLength(2)
  expect(latencies[0]).toBeGreaterThanOrEqual(500)
  expect(latencies[1]).toBeGreaterThanOrEqual(100)
})

test('what goes wrong while asking is told at the end', async () => {
  const failing = startVisibility({ ask: () => Promise.reject(new Error('no')), everyMs: 1 })
  failing.watch('thing', performance.now())
  await new Promise((resolve) => setTimeout(resolve, 10))
  await expect(failing.end()).rejects.toThrow('no')
})
