import { postBatches } from './post-batches.ts'
import { segmentBatch } from './segment-batch.ts'

/** What its parent asks of it. */
export interface SenderOrder {
  readonly run: string
  readonly url: string
  readonly secret: string
  readonly connections: number
  readonly batches: number
  readonly patienceMs: number
}

/**
 * Sends events over HTTP from a process of its own: bodies are built before the first is sent, so that the machine's
 * time goes to the server. Tells its parent how far it is, and in the end what was acknowledged.
 */
process.on('message', async ({ run, batches, ...posting }: SenderOrder) => {
  const bodies = Array.from({ length: batches }, (_, batch) => segmentBatch(run, batch))
  const posted = await postBatches({ ...posting, bodies, onAcknowledged: (count) => process.send?.({ count }) })
  process.send?.({ posted })
})
process.once('SIGTERM', () => process.exit())
process.once('disconnect', () => process.exit())
process.send?.({ address: 'ready' })
