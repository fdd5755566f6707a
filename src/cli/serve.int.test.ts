import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'

let serving: ChildProcess
afterEach(() => void serving?.kill('SIGKILL'))

/** The processes beneath one, as the system lists them. */
async function childrenOf(pid: number | undefined): Promise<number[]> {
  const { readFile } = await import('node:fs/promises')
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return list.trim().split(' ').filter(Boolean).map(Number)
}

test('several processes share an address, one that is killed comes back, and all leave in time', async () => {
  const args = [join(import.meta.dirname, '..', 'cli.ts'), 'serve', '--processes', '2', '--port', '0']
  serving = spawn(process.execPath, args, { env: process.env })
  let said = ''
  serving.stdout?.on('data', (chunk) => (said += chunk))
  while (!said.includes('selfsame keys create')) await sleep(50)
  const [, url = ''] = /GraphQL +(\S+)\/graphql/.exec(said) ?? []
  expect(said.match(/GraphQL /g)).toHaveLength(1)
  const alive = async () => (await fetch(`${url}/livez`)).status
  expect(await alive()).toBe(200)
  const [first = 0, ...others] = await childrenOf(serving.pid)
  expect(others).toHaveLength(1)
  process.kill(first, 'SIGKILL')
  const restored = async () => {
    const now = await childrenOf(serving.pid)
    return now.length === 2 && !now.includes(first)
  }
  while (!(await restored())) await sleep(100)
  expect(await alive()).toBe(200)
  const before = performance.now()
  const exited = once(serving, 'exit')
  serving.kill('SIGTERM')
  const [status] = await exited
  expect(status).toBe(0)
  expect(performance.now() - before).toBeLessThan(10_000)
  await expect(fetch(`${url}/livez`)).rejects.toThrow()
})
