import { randomBytes } from 'node:crypto'
import { mkdir, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { identifierOf } from '../src/identity/keys.ts'
import type { BusinessEvent } from '../src/identity/types.ts'

export interface EventInbox {
  /** Resolves when the events are safe on disk. None: nothing is written. */
  stage(events: readonly BusinessEvent[]): Promise<void>
}

/**
 * Where events wait for the warehouse: one file of lines a batch, complete or not there, its name in the order of
 * writing. Staged before the batch commits, so an event may come twice, never not at all; the warehouse knows it by
 * its message id. Files are readable by their owner alone.
 */
export function openEventInbox(folder: string): EventInbox {
  let count = 0
  return {
    async stage(events) {
      if (events.length === 0) return
      await mkdir(folder, { recursive: true, mode: 0o700 })
      count += 1
      const time = String(Date.now()).padStart(15, '0')
      const name = `${time}-${String(count).padStart(9, '0')}-${process.pid}-${randomBytes(4).toString('hex')}`
      await writeWhole({ folder, name, lines: events.map(lineOf) })
    },
  }
}

async function writeWhole({ folder, name, lines }: { folder: string; name: string; lines: readonly string[] }) {
  const unfinished = join(folder, `${name}.tmp`)
  const file = await open(unfinished, 'wx', 0o600)
  try {
    await file.writeFile(lines.join(''))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, join(folder, `${name}.ndjson`))
  // The new name itself must survive a power cut.
  const directory = await open(folder, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function lineOf({ messageId, source, observedAt, name, properties, identifier }: BusinessEvent): string {
  const { kind, value } = identifierOf(identifier)
  const line = JSON.stringify({ messageId, source, observedAt, name, properties, kind, value })
  // JSON.stringify writes half a surrogate pair as its escape, which readers of JSON refuse.
  return `${/\\ud[89a-f]/.test(line) ? line.replaceAll(LONE_SURROGATE, '\\ufffd') : line}\n`
}

// An escape only where an even number of backslashes stands before it.
const LONE_SURROGATE = /(?<=(?:^|[^\\])(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g
