import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Command } from 'commander'

const script = join(import.meta.dirname, '..', '..', 'ops', 'demo', 'demo.ts')

/** `selfsame demo`: what `npm run demo` does once everything is installed. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('the whole journey on generated data, on a stack of its own; serves until Ctrl-C')
    .option('--once', 'end after the summary')
    .option('--fresh', 'begin with an empty graph')
    .option('--people <n>', 'how many people live in the data; some 12 messages each')
    .action(async ({ once, fresh, people }: { once?: true; fresh?: true; people?: string }) => {
      const flags = [...(once ? ['--once'] : []), ...(fresh ? ['--fresh'] : [])]
      const args = [script, ...flags, ...(people === undefined ? [] : ['--people', people])]
      const child = spawn(process.execPath, args, { stdio: 'inherit' })
      // A terminal sends Ctrl-C to both; the demo stops what it started, and this waits for it.
      process.on('SIGINT', () => undefined)
      process.on('SIGTERM', () => child.kill('SIGTERM'))
      process.exitCode = await new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
    })
}
