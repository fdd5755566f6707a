import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withWarehouse } from './open-warehouse.ts'

let folder: string
let file: string
const children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'warehouse-'))
  file = join(folder, 'warehouse.duckdb')
})
afterEach(async () => {
  await Promise.all(children.splice(0).map(end))
  rmSync(folder, { recursive: true, force: true })
})

describe('a file that another process holds', () => {
  test('is waited for, by readers and by writers', async () => {
    await withWarehouse({ file }, (connection) => connection.run('CREATE TABLE t AS SELECT 42 AS answer'))
    const holder = await holdElsewhere()
    setTimeout(() => holder.kill('SIGKILL'), 600)
    const started = Date.now()
    let waits = 0
    const answers = await Promise.all(
      [true, false].map((readOnly) =>
        withWarehouse({ file, readOnly, onWait: () => (waits += 1) }, async (connection) =>
          (await connection.runAndReadAll('SELECT answer FROM t')).getRowsJS(),
        ),
      ),
    )
    expect(answers).toEqual([[[42]], [[42]]])
    expect(Date.now() - started).toBeGreaterThan(500)
    expect(waits).toBe(1)
  })

  test('is given up after the time said, with an error that may be tried again', async () => {
    await withWarehouse({ file }, async () => undefined)
    await holdElsewhere()
    await expect(withWarehouse({ file, waitMs: 300 }, async () => undefined)).rejects.toMatchObject({
      code: 'warehouse_busy',
      retriable: true,
    })
  })

  test('is given up at once when told to', async () => {
    await withWarehouse({ file }, async () => undefined)
    await holdElsewhere()
    const waiting = withWarehouse({ file, signal: AbortSignal.timeout(200) }, async () => undefined)
    await expect(waiting).rejects.toMatchObject({ code: 'warehouse_busy' })
  })
})

test('within a process those who want the file take turns', async () => {
  let [inside, most] = [0, 0]
  const work = async () => {
    inside += 1
    most = Math.max(most, inside)
    await sleep(20)
    inside -= 1
  }
  await withWarehouse({ file }, async () => undefined)
  const failing = withWarehouse({ file }, () => Promise.reject(new Error('on purpose')))
  const turns = [true, false, true, false].map((readOnly) => withWarehouse({ file, readOnly }, work))
  await expect(failing).rejects.toThrow('on purpose')
  await Promise.all(turns)
  expect(most).toBe(1)
})

test('a reader of no file is told what makes one', async () => {
  await expect(withWarehouse({ file, readOnly: true }, async () => undefined)).rejects.toMatchObject({
    code: 'warehouse_missing',
    remedy: expect.stringContaining('selfsame work'),
  })
})

test('what is no warehouse is said to be none', async () => {
  writeFileSync(file, 'not a database, whatever its name says')
  await expect(withWarehouse({ file }, async () => undefined)).rejects.toMatchObject({ code: 'warehouse_unreadable' })
})

/** Another process with the file open; resolves when it is. */
async function holdElsewhere(): Promise<ChildProcess> {
  const code = `
    import { withWarehouse } from ${JSON.stringify(import.meta.resolve('./open-warehouse.ts'))}
    await withWarehouse({ file: ${JSON.stringify(file)} }, async () => {
      console.log('held')
      await new Promise((resolve) => setTimeout(resolve, 60_000))
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  await once(child.stdout as NodeJS.ReadableStream, 'data')
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
