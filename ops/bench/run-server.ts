import { readConfig } from '../../src/config.ts'
import { startServer } from '../../src/server.ts'
import { STACK } from './bench-stack.ts'

/**
 * The API server of the stack in a process of its own: `run-server.ts SETTINGS [NAME]`: settings that are not the default
 * as JSON, by the keys of the configuration; the name is that of the topics it writes to. It tells its parent its
 * address, and leaves as run-worker.ts.
 */
const [settings = '{}', name] = process.argv.slice(2)
const config = { ...readConfig({ stack: STACK, env: {} }), port: 0, log_level: 'warn', development: true } as const
// A benchmark asks more than any caller may, and of the graph as it is now.
const unlimited = { rate_requests: 0, rate_cost: 0, rate_address: 0, cache_seconds: 0 }
const server = await startServer(
  { ...config, ...unlimited, ...JSON.parse(settings) },
  name === undefined ? {} : { topicName: (topic) => `${name}-${topic}` },
)
process.send?.({ address: server.url })
for (const event of ['SIGTERM', 'disconnect']) {
  process.once(event, async () => {
    await server.close()
    process.exit()
  })
}
