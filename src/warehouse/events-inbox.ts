import { existsSync, readdirSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** The folder where events wait for the warehouse, beside its file; see ops/decisions/0002-events-inbox.md. */
export function inboxFolder(warehouseFile: string): string {
  return join(dirname(warehouseFile), 'events-inbox')
}

/** The files that wait, in the order in which they were written. Whoever writes one names it so when it is whole. */
export function waitingFiles(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson'))
    .sort()
    .map((name) => join(folder, name))
}

/** Puts a file that cannot be read out of the way, where somebody can look at it. */
export async function rejectFile(file: string): Promise<void> {
  const rejected = join(dirname(file), 'rejected')
  await mkdir(rejected, { recursive: true, mode: 0o700 })
  await rename(file, join(rejected, basename(file)))
}
