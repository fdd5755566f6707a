import { setImmediate } from 'node:timers/promises'

/**
 * Begins these in their order, without waiting for what comes of one before the next is begun; waits for all in the end.
 * What one sends goes out before the next is begun, so that the store works while the rows of the next are made; one that
 * sends nothing takes no turn. Once one has failed no more are begun.
 */
export async function inTurn(works: Iterable<() => Promise<unknown>>): Promise<void> {
  const begun: Promise<unknown>[] = []
  let hasFailed = false
  for (const work of works) {
    const answer = work()
    begun.push(answer)
    // It is waited for below; that nobody does so yet would end the process.
    const settled = answer.catch(() => {
      hasFailed = true
    })
    await Promise.race([settled, setImmediate()])
    if (hasFailed) break
  }
  await Promise.all(begun)
}
