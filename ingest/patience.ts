import { setTimeout } from 'node:timers/promises'
import { SelfsameError } from '../src/errors.ts'
import type { Logger, Metrics } from '../src/telemetry.ts'
import type { Door } from './apply-batch.ts'

export interface Patience {
  readonly metrics: Metrics
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Is told what stands in the way, and when nothing does. */
  readonly onTrouble: (code: string | undefined) => void
}

const LONGEST_PAUSE_MS = 5000

/**
 * Tries again until it works, whatever the error: a message is never passed over. Ends early when told to stop, and
 * where the graph went back: then the messages are to be read again.
 */
export function patience({ signal, metrics, logger, onTrouble }: Patience): Door<unknown>['attempt'] {
  return async (step, work) => {
    for (let failures = 0; ; failures += 1) {
      try {
        const result = await work()
        onTrouble(undefined)
        return result
      } catch (error) {
        const code = error instanceof SelfsameError ? error.code : 'internal'
        if (signal.aborted || code === 'graph_went_back') {
          onTrouble(undefined)
          throw error
        }
        metrics.retries.inc({ step, code })
        logger.warn({ step, failures, err: error }, 'a batch waits')
        onTrouble(code)
        const longest = Math.min(LONGEST_PAUSE_MS, 100 * 2 ** failures)
        await setTimeout(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
      }
    }
  }
}
