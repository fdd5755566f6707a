import { readConfig } from '../src/config.ts'
import { startWorker } from '../src/worker.ts'

// A worker in a process of its own, for tests that kill it. Its one argument is the ending of its topics' names.
const [ending] = process.argv.slice(2)
const worker = await startWorker(readConfig(), {
  topicName: (topic) => `${topic}-${ending}`,
  sessionTimeoutMs: 3000,
  // It is killed within seconds: those are for its work.
  warmUp: false,
})
process.once('SIGTERM', () => void worker.stop().then(() => process.exit(0)))
