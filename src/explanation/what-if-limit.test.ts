import { expect, test } from 'vitest'
import { createLimit } from './what-if-limit.ts'

const stopped = expect.objectContaining({ code: 'what_if_stopped' })

test('rows are counted by their sort', () => {
  const limit = createLimit({ time: 60_000, rows: 2 })
  for (const step of ['records', 'pairs', 'records', 'pairs']) limit.row(step)
  expect(limit.reason()).toBeUndefined()
  expect(() => limit.row('pairs')).toThrow(stopped)
  expect(limit.reason()).toBe('size')
  limit.end()
})

test('time is up though nothing lets the timer through, and though nothing comes', async () => {
  const busy = createLimit({ time: 5, rows: 1000 })
  const until = performance.now() + 10
  while (performance.now() < until);
  await expect(busy.pause()).rejects.toEqual(stopped)
  expect(busy.reason()).toBe('time')
  busy.end()

  const idle = createLimit({ time: 5, rows: 1000 })
  await expect(idle.reached).rejects.toEqual(stopped)
  idle.end()
})

test('however long a time is given, it does not end at once', async () => {
  const limit = createLimit({ time: Number.MAX_SAFE_INTEGER, rows: 1000 })
  await new Promise((settle) => setTimeout(settle, 20))
  await limit.pause()
  expect(limit.reason()).toBeUndefined()
  limit.end()
})

test('whoever asked is gone: everything of it says so, before and after', async () => {
  const control = new AbortController()
  const limit = createLimit({ time: 60_000, rows: 1000, signal: control.signal })
  await limit.pause()
  control.abort()
  await expect(limit.pause()).rejects.toEqual(stopped)
  expect(() => limit.row('records')).toThrow(stopped)
  await expect(limit.reached).rejects.toEqual(stopped)
  expect(limit.reason()).toBe('aborted')
  limit.end()
  const late = createLimit({ time: 60_000, rows: 1000, signal: control.signal })
  await expect(late.reached).rejects.toEqual(stopped)
  late.end()
})

test('others are let through while it goes on', async () => {
  const limit = createLimit({ time: 60_000, rows: 1000 })
  let others = 0
  const timer = setInterval(() => (others += 1), 1)
  const until = performance.now() + 200
  while (performance.now() < until) await limit.pause()
  clearInterval(timer)
  limit.end()
  expect(others).toBeGreaterThan(2)
})
