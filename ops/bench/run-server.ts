import { readConfig } from '../../src/config.ts'
import { startServer } from '../../src/server.ts'
import { STACK } from './bench-stack.ts'

/** The API server of the stack in a process of its own. It tells its parent its address, and leaves as run-worker.ts. */
const server = await startServer({
  ...readConfig({ stack: STACK, env: {} }),
  port: 0,
  log_level: 'warn',
  development: true,
})
process.send?.({ address: server.url })
for (const event of ['SIGTERM', 'disconnect']) {
  process.once(event, async () => {
    await server.close()
    process.exit()
  })
}
