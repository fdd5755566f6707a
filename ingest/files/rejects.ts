import { type Stats, statSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { SelfsameError } from '../../src/errors.ts'
import type { Refused } from '../apply-batch.ts'
import type { RowOrigin } from './table.ts'

export interface RejectsFile {
  readonly path: string
  write(refused: readonly Refused<RowOrigin>[]): Promise<void>
  /** When all was read: the file of an earlier run gives way to this run's, or is removed where none were refused. */
  finish(): Promise<void>
  /** When it failed before its end: what an earlier run left stays. */
  abandon(): Promise<void>
}

/** How each line begins, by which a file is known as one of ours. */
const BEGINNING = '{"line":'

/**
 * The file of refused lines, which appears when it is whole. Readable by its owner alone, for it repeats what the
 * lines say. Throws `rejects_unwritable`, also where the path names one of `sources`, which are read, or any other
 * file that is no rejects file.
 */
export async function openRejects(path: string, { sources }: { sources: readonly string[] }): Promise<RejectsFile> {
  const aside = `${path}.partial`
  for (const each of [path, aside]) {
    if (sources.some((source) => isSameFile(source, each))) throw unwritable(`${each} is what is read`)
    if (!(await mayBeReplaced(each))) throw unwritable(`${each} is there, and is no rejects file`)
  }
  let file: FileHandle | undefined
  return {
    path,
    async write(refused) {
      file ??= await translated(path, () => create(aside))
      await file.appendFile(refused.map((each) => `${JSON.stringify(lineOf(each))}\n`).join(''))
    },
    finish: () =>
      translated(path, async () => {
        if (file === undefined) return rm(path, { force: true })
        await file.sync()
        await file.close()
        await rename(aside, path)
      }),
    async abandon() {
      await file?.close()
      if (file !== undefined) await rm(aside, { force: true })
    },
  }
}

async function create(path: string): Promise<FileHandle> {
  // What a run that was killed left behind.
  await rm(path, { force: true })
  return open(path, 'wx', 0o600)
}

async function mayBeReplaced(path: string): Promise<boolean> {
  const stats = statsOf(path)
  if (!stats?.isFile()) return stats === undefined
  return translated(path, async () => {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING.length))
      return bytesRead === 0 || buffer.toString() === BEGINNING
    } finally {
      await file.close()
    }
  })
}

/** However they are written, and through links. */
function isSameFile(one: string, other: string): boolean {
  const [a, b] = [statsOf(one), statsOf(other)]
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

async function translated<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw unwritable(`the rejects file ${path} cannot be written`, cause)
  }
}

function unwritable(message: string, cause?: unknown): SelfsameError {
  return new SelfsameError('rejects_unwritable', message, { cause, remedy: 'name another with --rejects FILE' })
}

function lineOf({ origin: { line, original }, letter: { reason, field } }: Refused<RowOrigin>): object {
  return { line, reason, field, ...originalOf(original) }
}

/** As text where it is text, else its bytes in base64. */
function originalOf(original: RowOrigin['original']): object {
  if (typeof original === 'string') return { original: original.toWellFormed() }
  if (!(original instanceof Uint8Array)) return original
  const text = Buffer.from(original).toString('utf8')
  return text.includes('\ufffd') ? { bytes: Buffer.from(original).toString('base64') } : { original: text }
}
