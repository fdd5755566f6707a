import { afterEach, expect, test } from 'vitest'
import { noteChanges, tagOf } from '../../graph/change-notes.ts'
import type { Graph } from '../../graph/graph.ts'
import { createLogger } from '../../telemetry.ts'
import { type ChangeWatch, watchChanges } from './watch-changes.ts'

/** A store with a clock of its own that keeps notes, and a watch that has heard it once. */
async function heardStore() {
  const notes: { id: string; at: number; tags: unknown }[] = []
  const store = { now: 1_000_000 }
  const run = async (name: string, params: Record<string, unknown>) => {
    if (name === 'identity/note-changes') {
      notes.push({ id: String(notes.length), at: store.now, tags: params.tags })
      return []
    }
    if (name === 'read/recent-changes') {
      const recent = notes.filter(({ at }) => at >= store.now - Number(params.window))
      return [{ ids: recent.map(({ id }) => id), now: store.now }]
    }
    const wanted = notes.filter(({ id }) => (params.ids as string[]).includes(id))
    return [{ tags: wanted.map(({ tags }) => tags), now: store.now }]
  }
  const graph = { write: (work: (tx: unknown) => unknown) => work({ run }) } as unknown as Graph
  watch = watchChanges({ graph, log: createLogger({ process: 'test', level: 'silent' }) })
  await watch.catchUp()
  return {
    watch,
    change: (name: string) => noteChanges({ run } as never, [name]),
    pass: (ms: number) => {
      store.now += ms
    },
  }
}
let watch: ChangeWatch | undefined
afterEach(() => watch?.stop())
const [AN, BINH] = [[tagOf('an')], [tagOf('binh')]]

test('what changed is known, and nothing else', async () => {
  const { watch, change, pass } = await heardStore()
  const since = watch.asOf() ?? Number.NaN
  pass(10)
  await change('an')
  await watch.catchUp()
  expect(watch.unchanged(AN, since)).toBe(false)
  expect(watch.unchanged(BINH, since)).toBe(true)
  expect(watch.unchanged(AN, watch.asOf() ?? Number.NaN)).toBe(true)
})

test('after a silence longer than notes are told of, nothing from before holds', async () => {
  const { watch, change, pass } = await heardStore()
  const since = watch.asOf() ?? Number.NaN
  pass(5000)
  await change('an')
  pass(40_000)
  await watch.catchUp()
  expect(watch.unchanged(AN, since)).toBe(false)
  expect(watch.unchanged(AN, watch.asOf() ?? Number.NaN)).toBe(true)
})

test.each([
  ['went back', -2000],
  ['stood', 0],
])('what changed while the clock of the store %s is known', async (_, ms) => {
  const { watch, change, pass } = await heardStore()
  const since = watch.asOf() ?? Number.NaN
  pass(ms)
  await change('an')
  await watch.catchUp()
  expect(watch.unchanged(AN, since)).toBe(false)
  pass(5000)
  await watch.catchUp()
  expect(watch.unchanged(AN, since)).toBe(false)
  expect(watch.unchanged(AN, watch.asOf() ?? Number.NaN)).toBe(true)
})
