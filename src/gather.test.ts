import { expect, test } from 'vitest'
import { gather } from './gather.ts'

/** Work that ends when told to; what it was given each time. */
function held(options: { atOnce?: number; most?: number } = {}) {
  const calls: number[][] = []
  const ends: PromiseWithResolvers<void>[] = []
  const ask = gather<number, string>({
    ...options,
    weigh: (item) => item,
    work: async (items) => {
      calls.push([...items])
      const end = Promise.withResolvers<void>()
      ends.push(end)
      await end.promise
      return items.map((item) => `did ${item}`)
    },
  })
  return { calls, ends, ask }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('what is asked meanwhile goes together, and each gets its own answer', async () => {
  const { calls, ends, ask } = held()
  const first = ask(1)
  await turn()
  const others = [ask(2), ask(3)]
  await turn()
  expect(calls).toEqual([[1]])
  ends[0]?.resolve()
  expect(await first).toBe('did 1')
  await turn()
  expect(calls).toEqual([[1], [2, 3]])
  ends[1]?.resolve()
  expect(await Promise.all(others)).toEqual(['did 2', 'did 3'])
})

test('no more goes together than may, and a heavy one goes alone', async () => {
  const { calls, ends, ask } = held({ most: 10 })
  const all = [ask(4), ask(5), ask(6), ask(99), ask(1)]
  for (let n = 0; n < 4; n += 1) {
    await turn()
    ends[n]?.resolve()
  }
  await Promise.all(all)
  expect(calls).toEqual([[4, 5], [6], [99], [1]])
})

test('several may be under way', async () => {
  const { calls, ends, ask } = held({ atOnce: 2 })
  const all = [ask(1)]
  await turn()
  all.push(ask(2))
  await turn()
  all.push(ask(3))
  await turn()
  expect(calls).toEqual([[1], [2]])
  ends[1]?.resolve()
  await turn()
  expect(calls).toEqual([[1], [2], [3]])
  for (const { resolve } of ends) resolve()
  await Promise.all(all)
})

test('a failure is everybody’s who went along, and nobody else’s', async () => {
  let calls = 0
  const ask = gather<number, number>({
    work: async (items) => {
      calls += 1
      if (calls === 1) throw new Error('once')
      return items
    },
  })
  const together = await Promise.allSettled([ask(1), ask(2)])
  expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await ask(3)).toBe(3)
})
