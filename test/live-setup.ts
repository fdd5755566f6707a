import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseEnv } from 'node:util'
import { createStack } from '../ops/stack/stack.ts'

/** Neo4j's heap at the start, in MiB. */
export const TEST_HEAP_MB = 768

/**
 * Live tests run on one stack: the one that SELFSAME_TEST_STACK_ENV names (test:containers, or a developer's own),
 * else a native one of this run alone, deleted afterwards.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.SELFSAME_TEST_STACK_ENV
  if (given !== undefined) {
    if (!existsSync(given)) throw new Error(`SELFSAME_TEST_STACK_ENV names no file: ${given}`)
    Object.assign(process.env, parseEnv(readFileSync(given, 'utf8')))
    return undefined
  }
  await removeOrphans()
  const stack = createStack({
    name: `test-${process.pid}`,
    heapMb: TEST_HEAP_MB,
    report: (line) => console.info(`stack: ${line}`),
  })
  try {
    await stack.up()
  } catch (error) {
    await stack.down()
    throw error
  }
  Object.assign(process.env, parseEnv(readFileSync(stack.envFile, 'utf8')), { SELFSAME_TEST_STACK: stack.name })
  return async () => {
    await stack.down()
    await rm(stack.folder, { recursive: true, force: true })
  }
}

/** Takes down the stacks of runs that were killed before they could. */
async function removeOrphans(): Promise<void> {
  const { folder } = createStack({ name: `test-${process.pid}` })
  const stacks = dirname(folder)
  const names = existsSync(stacks) ? readdirSync(stacks) : []
  for (const name of names) {
    const pid = /^test-(\d+)$/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    const orphan = createStack({ name })
    await orphan.down()
    await rm(orphan.folder, { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
