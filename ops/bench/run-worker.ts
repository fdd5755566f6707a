import { readConfig } from '../../src/config.ts'
import { startWorker } from '../../src/worker.ts'
import { STACK } from './bench-stack.ts'

/**
 * A worker in a process of its own, with topics and a group that no other run has: `run-worker.ts NAME SETTINGS`, the
 * settings as JSON, by the keys of the configuration. It tells its parent where its metrics are, and leaves when it is
 * told to, or when its parent is gone.
 */
const [name = '', settings = '{}'] = process.argv.slice(2)
const A_DAY_MS = 86_400_000
// The parent holds it still for a moment, and it must not lose its partitions by that.
const SESSION_TIMEOUT_MS = 60_000

const worker = await startWorker(
  {
    ...readConfig({ stack: STACK, env: {} }),
    kafka_group: name,
    worker_port: 0,
    projection_interval_ms: A_DAY_MS,
    log_level: 'warn',
    ...JSON.parse(settings),
  },
  { topicName: (topic) => `${name}-${topic}`, sessionTimeoutMs: SESSION_TIMEOUT_MS },
)
process.send?.({ address: worker.address })
for (const event of ['SIGTERM', 'disconnect']) {
  process.once(event, async () => {
    await worker.stop()
    process.exit()
  })
}
