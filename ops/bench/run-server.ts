import { readConfig } from '../../src/config.ts'
import { startServer } from '../../src/server.ts'
import { STACK } from './bench-stack.ts'

/**
 * The API server of the stack in a process of its own: `run-server.ts [NAME]`, the name being that of the topics it
 * writes to. It tells its parent its address, and leaves as run-worker.ts.
 */
const [name] = process.argv.slice(2)
const server = await startServer(
  { ...readConfig({ stack: STACK, env: {} }), port: 0, log_level: 'warn', development: true },
  name === undefined ? {} : { topicName: (topic) => `${name}-${topic}` },
)
process.send?.({ address: server.url })
for (const event of ['SIGTERM', 'disconnect']) {
  process.once(event, async () => {
    await server.close()
    process.exit()
  })
}
