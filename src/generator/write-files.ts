import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SelfsameError } from '../errors.ts'
import type { Truth } from './mention.ts'

/** What was written. */
export interface Written {
  readonly folder: string
  /** Lines of each file; of truth.csv without the header. */
  readonly files: Readonly<Record<string, number>>
  readonly messages: number
  readonly late: number
  readonly redelivered: number
}

interface Source<Topic extends string> {
  readonly folder: string
  readonly topics: readonly Topic[]
  readonly messages: Iterable<{ topic: Topic; body: object; late: boolean; redelivered: boolean }>
  readonly truth: Iterable<Truth>
}

/** Units of a string, of a file, that are in memory. */
const bufferUnits = 1 << 17

/**
 * Streams messages and truth into files of the folder, one buffer a file in memory.
 * @throws SelfsameError dataset_exists, dataset_unwritable
 */
export async function writeFiles<Topic extends string>(source: Source<Topic>): Promise<Written> {
  const { folder } = source
  const names = [...source.topics.map(fileName), truthFile]
  await claim(folder, names)
  const files = new Map<string, LineFile>()
  try {
    for (const name of names) files.set(name, await openLines(partial(folder, name)))
    const totals = await writeAll(source, (name) => files.get(name) as LineFile)
    for (const file of files.values()) await file.close()
    for (const name of names) await rename(partial(folder, name), join(folder, name))
    return {
      folder,
      files: Object.fromEntries([...files].map(([name, file]) => [name, file.lines() - (name === truthFile ? 1 : 0)])),
      ...totals,
    }
  } catch (cause) {
    for (const [name, file] of files) {
      await file.close().catch(() => undefined)
      await rm(partial(folder, name), { force: true })
    }
    throw unwritable(folder, cause)
  }
}

const truthFile = 'truth.csv'
const fileName = (topic: string): string => `${topic}.ndjson`
const partial = (folder: string, name: string): string => join(folder, `${name}.partial`)

async function writeAll<Topic extends string>(source: Source<Topic>, file: (name: string) => LineFile) {
  let [messages, late, redelivered] = [0, 0, 0]
  for (const message of source.messages) {
    messages++
    if (message.late) late++
    if (message.redelivered) redelivered++
    const full = file(fileName(message.topic)).add(JSON.stringify(message.body))
    if (full !== undefined) await full
  }
  await file(truthFile).add('kind,value,person')
  for (const { kind, value, person } of source.truth) {
    const full = file(truthFile).add(`${kind},${value},${person}`)
    if (full !== undefined) await full
  }
  return { messages, late, redelivered }
}

interface LineFile {
  /** A promise where the buffer was full and had to be written: await it before the next line. */
  readonly add: (line: string) => Promise<void> | undefined
  readonly lines: () => number
  readonly close: () => Promise<void>
}

/** One buffer for the whole file: half a gigabyte of them would pile up between two collections. */
async function openLines(path: string): Promise<LineFile> {
  const handle: FileHandle = await open(path, 'w')
  // Three bytes is the most that UTF-8 makes of one unit of a string.
  let buffer = Buffer.allocUnsafe(4 * bufferUnits)
  let [text, count, isOpen] = ['', 0, true]
  const flush = async () => {
    if (3 * text.length > buffer.length) buffer = Buffer.allocUnsafe(3 * text.length)
    const filled = buffer.write(text)
    text = ''
    for (let from = 0; from < filled; ) from += (await handle.write(buffer, from, filled - from)).bytesWritten
  }
  return {
    add(line) {
      count++
      text += `${line}\n`
      return text.length < bufferUnits ? undefined : flush()
    },
    lines: () => count,
    async close() {
      if (!isOpen) return
      isOpen = false
      try {
        await flush()
      } finally {
        await handle.close()
      }
    },
  }
}

/** Makes the folder; refuses to write over a data set. */
async function claim(folder: string, names: readonly string[]): Promise<void> {
  let present: string[]
  try {
    await mkdir(folder, { recursive: true })
    present = await readdir(folder)
  } catch (cause) {
    throw unwritable(folder, cause)
  }
  const taken = names.filter((name) => present.includes(name))
  if (taken.length === 0) return
  throw new SelfsameError('dataset_exists', `${folder} already holds ${taken.join(', ')}; nothing was written`, {
    remedy: 'Choose another folder with --out, or remove these files.',
  })
}

function unwritable(folder: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !('syscall' in cause)) return cause
  return new SelfsameError('dataset_unwritable', `cannot write to ${folder}: ${cause.message}`, {
    remedy: 'Choose a folder with --out that can be written and has room.',
    cause,
  })
}
