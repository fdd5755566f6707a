import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOf } from './detached-process.ts'
import { withLock } from './with-lock.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'selfsame-lock-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('withLock', () => {
  it('lets one process at a time in', async () => {
    const count = join(folder, 'count')
    writeFileSync(count, '0')
    // Each adds one in two steps, so that any overlap loses a count.
    const program = `
      import { readFileSync, writeFileSync } from 'node:fs'
      import { setTimeout as sleep } from 'node:timers/promises'
      import { withLock } from ${JSON.stringify(join(import.meta.dirname, 'with-lock.ts'))}
      for (let i = 0; i < 3; i++)
        await withLock(${JSON.stringify(join(folder, 'shared.lock'))}, async () => {
          const before = Number(readFileSync(${JSON.stringify(count)}, 'utf8'))
          await sleep(5)
          writeFileSync(${JSON.stringify(count)}, String(before + 1))
        })`
    const run = promisify(execFile)
    const node = ['--input-type=module', '-e', program]
    await Promise.all([1, 2, 3].map(() => run(process.execPath, node)))
    expect(readFileSync(count, 'utf8')).toBe('9')
  }, 30_000)

  it('takes over from a holder that died', async () => {
    const file = join(folder, 'abandoned.lock')
    // Our own pid, but another start: the pid has come round again.
    writeFileSync(file, JSON.stringify({ pid: process.pid, startedAs: 'long ago' }))
    expect(await withLock(file, async () => 'mine')).toBe('mine')
    expect(existsSync(file)).toBe(false)
  })

  it('waits for one that lives, says so once, and gives up in the end', async () => {
    const file = join(folder, 'held.lock')
    writeFileSync(file, JSON.stringify({ pid: process.pid, startedAs: startOf(process.pid) }))
    let waits = 0
    const attempt = withLock(file, async () => {}, { timeoutMs: 300, onWait: () => waits++ })
    await expect(attempt).rejects.toMatchObject({ code: 'stack_busy', retriable: true })
    expect(waits).toBe(1)
    expect(existsSync(file)).toBe(true)
  })

  it('is free again after work that failed', async () => {
    const file = join(folder, 'failing.lock')
    const failing = withLock(file, async () => {
      await sleep(1)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(existsSync(file)).toBe(false)
  })
})
