import { SelfsameError } from '../errors.ts'
import { exhausted, heals, translate } from './errors.ts'
import { type Graph, PATIENCE_MS, pause, type Transaction, transactionOf } from './graph.ts'

/** Past this the store gives the transaction up, and with it its locks. */
const LONGEST_HOLD_MS = 3_600_000

/** A transaction that stays open, with the locks it took, while other transactions do the work. */
export interface Held extends Transaction {
  /** Makes sure that the store has not given it up. Throws `lock_lost`. */
  verify(): Promise<void>
}

/**
 * Opens a transaction, lets `take` lock in it what nobody else may touch, and runs `work` meanwhile, in other
 * transactions; then commits. Where it is not to be had, tries again for minutes. If this process dies, the locks go
 * with its connection. Throws what `work` throws, and `lock_lost` where the store gave the transaction up.
 */
export async function holdTransaction<T>(
  { driver, database }: Graph,
  take: (transaction: Transaction) => Promise<unknown>,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const session = driver.session({ database, defaultAccessMode: 'WRITE' })
  try {
    const open = await takeWithRetries()
    try {
      const { run } = transactionOf(open)
      const verify = async () => {
        await run('read/ping').catch((cause) => {
          throw lockLost(cause)
        })
      }
      const result = await work({ run, verify })
      await open.commit()
      return result
    } finally {
      // Nothing where it is committed; where it cannot be undone, the store does that when the connection goes.
      if (open.isOpen()) await open.rollback().catch(() => undefined)
    }
  } catch (error) {
    throw translate(error)
  } finally {
    await session.close().catch(() => undefined)
  }

  async function takeWithRetries() {
    const start = Date.now()
    for (let attempt = 1; ; attempt += 1) {
      const open = session.beginTransaction({ timeout: LONGEST_HOLD_MS })
      try {
        await take(transactionOf(open))
        return open
      } catch (error) {
        if (open.isOpen()) await open.rollback().catch(() => undefined)
        const translated = translate(error)
        if (!translated.retriable) throw translated
        if (!heals(translated) || Date.now() - start > PATIENCE_MS) throw exhausted(translated)
        await pause(attempt)
      }
    }
  }
}

function lockLost(cause: unknown): SelfsameError {
  return new SelfsameError('lock_lost', 'Neo4j gave up the lock that keeps resolvers away', {
    retriable: true,
    cause,
    remedy: 'run it again: what was written so far is right',
  })
}
