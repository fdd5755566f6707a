import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { startWorker } from '../worker.ts'

const LONGEST_STOP_MS = 9500

/** `selfsame work`: reads the source topics until it is told to stop; any number may run side by side. */
export function workCommand(): Command {
  return new Command('work')
    .description('read the source topics into the graph, until Ctrl-C or SIGTERM; start as many as wanted')
    .option('--stack <name>', 'local stack to work on')
    .action(async (options: { stack?: string }) => {
      const config = readConfig({ stack: options.stack })
      // Asked to stop while it starts, it stops as soon as it has started. Asked again, it is stopping already.
      const asked = new Promise((resolve) => {
        for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve)
      })
      // A start that hangs does not outlive the order to stop.
      void asked.then(() => setTimeout(() => process.exit(), LONGEST_STOP_MS))
      const worker = await startWorker(config)
      process.stderr.write(`reading; ${worker.address}/readyz, ${worker.address}/metrics; Ctrl-C stops\n`)
      await asked
      await worker.stop()
      // A connection that hangs must not keep a worker that has stopped.
      process.exit()
    })
}
