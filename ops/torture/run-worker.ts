import { readConfig } from '../../src/config.ts'
import { startWorker } from '../../src/worker.ts'
import { redirectConnections } from './redirect.ts'
import { NOT_BEGUN, type WorkerOrders } from './worker-orders.ts'

// A worker in a process of its own, to be killed, held still and cut off: `run-worker.ts ORDERS`. It tells its parent
// where it listens, and leaves when it is told to, or when its parent is gone.
const { ending, through, sessionTimeoutMs } = JSON.parse(process.argv[2] ?? '') as WorkerOrders

redirectConnections(new Map(through))
const starting = startWorker(readConfig(), {
  topicName: (topic) => `${topic}-${ending}`,
  sessionTimeoutMs,
  // It lives for seconds: those are for its work.
  warmUp: false,
})
for (const event of ['SIGTERM', 'disconnect']) {
  process.once(event, async () => {
    await starting.then((worker) => worker.stop()).catch(() => undefined)
    process.exit()
  })
}
try {
  const { address } = await starting
  process.send?.({ address })
} catch (error) {
  console.error(JSON.stringify({ msg: 'could not begin', code: (error as { code?: string }).code }))
  process.exit(NOT_BEGUN)
}
