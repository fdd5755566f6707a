import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Containers, startContainers } from './test-containers.ts'

/**
 * `npm test`: types, format and lint with the import rules, dead code, then every test, unit and live, on a stack of
 * this run alone. `--containers` starts the stack on testcontainers instead. The last line counts what passed.
 */
interface Counts {
  passed: number
  failed: number
  skipped: number
}

const checkout = join(import.meta.dirname, '..')
const counts: Counts = { passed: 0, failed: 0, skipped: 0 }

await check('types', 'tsc', ['--noEmit'])
await check('format, lint, import rules', 'biome', ['ci', '.'])
await check('dead code', 'knip', [])
// One after the other: live tests wait for services, which property tests would starve.
await tests('unit')
const containers = process.argv.includes('--containers') ? await startContainers() : undefined
try {
  await tests('live', containers)
} finally {
  await containers?.stop()
}

console.info(
  `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`,
)
process.exitCode = counts.failed === 0 ? 0 : 1

async function check(what: string, tool: string, args: readonly string[]): Promise<void> {
  console.info(`\n== ${what}`)
  if ((await run(tool, args)) === 0) counts.passed += 1
  else counts.failed += 1
}

async function tests(project: 'unit' | 'live', stack?: Containers): Promise<void> {
  console.info(`\n== ${project} tests`)
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-tests-'))
  try {
    const report = join(folder, 'report.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const env = stack === undefined ? {} : { SELFSAME_TEST_STACK_ENV: stack.envFile }
    const status = await run('vitest', ['run', `--project=${project}`, ...reporters], env)
    const counted = readReport(report)
    counts.passed += counted.passed
    counts.skipped += counted.skipped
    // A run that failed outside any test (its set-up, a file that does not load) failed all the same.
    counts.failed += status !== 0 && counted.failed === 0 ? 1 : counted.failed
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function readReport(path: string): Counts {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(path, 'utf8'))
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

/** Its exit status. Told to stop meanwhile, the tool is told too: its stack must not be left running. */
async function run(tool: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const command = join(checkout, 'node_modules', '.bin', tool)
  const child = spawn(command, args, {
    cwd: checkout,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  const stop = () => child.kill('SIGTERM')
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  const status = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(1))
    child.once('exit', (code) => resolve(code ?? 1))
  })
  process.off('SIGTERM', stop)
  process.off('SIGINT', stop)
  return status
}
