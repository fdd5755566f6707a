import { SelfsameError } from '../../src/errors.ts'
import type { Bench } from './bench-stack.ts'
import type { Posted } from './post-batches.ts'
import type { SenderOrder } from './run-http-sender.ts'
import { startChild } from './start-child.ts'

export interface HttpSender {
  /** Sends, and answers when all of it is acknowledged; `onAcknowledged` hears how many requests were. */
  send(order: SenderOrder, onAcknowledged?: (count: number) => void): Promise<Posted>
}

/** The process that sends. One order after another. Throws `child_failed`. */
export async function startHttpSender(bench: Bench): Promise<HttpSender> {
  const { child, failed } = await startChild(bench, 'run-http-sender.ts')
  return {
    send: (order, onAcknowledged) =>
      new Promise((resolve, reject) => {
        const left = () => reject(failed())
        const hear = (message: { count?: number; posted?: Posted }) => {
          if (message.count !== undefined) return onAcknowledged?.(message.count)
          child.off('message', hear).off('exit', left)
          if (message.posted === undefined) return reject(new SelfsameError('bug', 'a sender that tells nothing'))
          resolve(message.posted)
        }
        child.on('message', hear).once('exit', left)
        child.send(order)
      }),
  }
}
