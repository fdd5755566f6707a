/**
 * Does together what is asked while earlier work is under way: the first to ask waits for nobody, and the busier it
 * is, the more goes at once. Each gets its own answer, in order. Where the work fails, all that went into it fail.
 */
export interface Gathering<T, R> {
  /** The answers to the items, in their order; one may take longer than the others. */
  readonly work: (items: readonly T[]) => Promise<readonly (R | Promise<R>)[]>
  /** How many may be under way at once. Default 1. */
  readonly atOnce?: number
  /** What an item weighs, and how much may go together; a heavier one goes alone. */
  readonly weigh?: (item: T) => number
  readonly most?: number
}

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (answer: R | Promise<R>) => void
  readonly reject: (error: unknown) => void
}

export function gather<T, R>(gathering: Gathering<T, R>): (item: T) => Promise<R> {
  const { work, atOnce = 1, weigh = () => 1, most = Number.POSITIVE_INFINITY } = gathering
  const waiting: Waiting<T, R>[] = []
  let underWay = 0

  const next = () => {
    while (underWay < atOnce && waiting.length > 0) {
      const together = take()
      underWay += 1
      void run(together).finally(() => {
        underWay -= 1
        next()
      })
    }
  }

  const take = () => {
    let count = 0
    let weight = 0
    for (const { item } of waiting) {
      weight += weigh(item)
      if (count > 0 && weight > most) break
      count += 1
    }
    return waiting.splice(0, count)
  }

  const run = async (together: readonly Waiting<T, R>[]) => {
    try {
      const answers = await work(together.map(({ item }) => item))
      for (const [index, { resolve }] of together.entries()) resolve(answers[index] as R | Promise<R>)
    } catch (error) {
      for (const { reject } of together) reject(error)
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      // Those who ask in the same turn go together.
      queueMicrotask(next)
    })
}
