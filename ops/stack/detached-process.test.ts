import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isRunning, type ProcessRecord, startDetached, startOf, stopProcess } from './detached-process.ts'

let folder: string
let log: string
let record: ProcessRecord

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'selfsame-process-'))
  log = join(folder, 'log')
})
afterEach(() => stopProcess(record, { signal: 'SIGKILL', graceMs: 5000 }))
afterAll(() => rmSync(folder, { recursive: true }))

async function start(program: string): Promise<void> {
  record = await startDetached({ command: process.execPath, args: ['-e', program] }, log, folder)
}

async function saysReady(): Promise<void> {
  await expect.poll(() => readFileSync(log, 'utf8')).toContain('ready')
}

describe('a detached process', () => {
  it('runs on, writes its log, and leaves at SIGTERM', async () => {
    await start('console.log("ready"); setTimeout(() => {}, 60000)')
    await saysReady()
    expect(isRunning(record)).toBe(true)
    await stopProcess(record, { graceMs: 5000 })
    expect(isRunning(record)).toBe(false)
  })

  it('is killed when it does not leave', async () => {
    rmSync(log)
    await start('process.on("SIGTERM", () => {}); console.log("ready"); setInterval(() => {}, 60000)')
    await saysReady()
    const began = Date.now()
    await stopProcess(record, { graceMs: 300 })
    expect(isRunning(record)).toBe(false)
    expect(Date.now() - began).toBeGreaterThanOrEqual(300)
  })

  it('is never taken for another that has its pid', async () => {
    await start('setTimeout(() => {}, 60000)')
    const earlier = { pid: record.pid, startedAs: `${record.startedAs}0` }
    expect(isRunning(earlier)).toBe(false)
    await stopProcess(earlier, { signal: 'SIGKILL', graceMs: 100 })
    expect(isRunning(record)).toBe(true)
  })

  it('has one start as long as it lives, and none after', async () => {
    await start('setTimeout(() => {}, 60000)')
    expect(startOf(record.pid)).toBe(record.startedAs)
    expect(startOf(process.pid)).not.toBe(record.startedAs)
    await stopProcess(record, { graceMs: 5000 })
    expect(startOf(record.pid)).toBeUndefined()
  })

  it('says so when the program is not there', async () => {
    await expect(startDetached({ command: join(folder, 'absent'), args: [] }, log, folder)).rejects.toMatchObject({
      code: 'ENOENT',
    })
  })
})
