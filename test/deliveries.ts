import type { Delivery } from './run-scenario.ts'
import type { ScenarioItem } from './scenario.ts'
import { messageAgain } from './scenario-lines.ts'

const MOST_PERMUTED = 5

/**
 * Deliveries of a stage in other orders: every permutation where `length` says that there are at most five items,
 * else `count` random ones. In each some items come again, under the same message id or another, and all of it is
 * cut into batches somewhere. The same seed gives the same deliveries.
 */
export function deliveries(seed: number, count: number, length = Number.POSITIVE_INFINITY): Delivery[] {
  if (length > MOST_PERMUTED) return Array.from({ length: count }, (_, n) => delivery(seed + n, shuffled))
  return permutations(length).map((order, n) =>
    delivery(seed + n, (items) => order.map((index) => items[index]).filter((item) => item !== undefined)),
  )
}

type Random = () => number
type Arrange = (items: readonly ScenarioItem[], random: Random) => ScenarioItem[]

function delivery(seed: number, arrange: Arrange): Delivery {
  return (items) => {
    const random = randomFrom(seed)
    return cut(repeated(arrange(items, random), random), random)
  }
}

function shuffled(items: readonly ScenarioItem[], random: Random): ScenarioItem[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

/** Some items again, at any place after their first. */
function repeated(items: readonly ScenarioItem[], random: Random): ScenarioItem[] {
  const told = [...items]
  for (const [index, item] of items.entries()) {
    if (random() < 0.7) continue
    // A decision made twice is two decisions; delivered twice it is the same one.
    const again =
      item.kind === 'message' && random() < 0.5 ? { ...item, message: messageAgain(item.message, index + 1) } : item
    const first = told.indexOf(item)
    told.splice(first + 1 + Math.floor(random() * (told.length - first)), 0, again)
  }
  return told
}

function cut(items: readonly ScenarioItem[], random: Random): ScenarioItem[][] {
  // Some ten batches at most, of however many lines: each is committed and looked at.
  const likely = Math.min([0, 0.3, 1][Math.floor(random() * 3)] ?? 0, 10 / items.length)
  const batches: ScenarioItem[][] = [[]]
  for (const item of items) {
    if (batches.at(-1)?.length !== 0 && random() < likely) batches.push([])
    batches.at(-1)?.push(item)
  }
  return batches
}

function permutations(length: number): number[][] {
  if (length === 0) return [[]]
  return permutations(length - 1).flatMap((order) =>
    Array.from({ length }, (_, at) => [...order.slice(0, at), length - 1, ...order.slice(at)]),
  )
}

// Mulberry32.
function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
