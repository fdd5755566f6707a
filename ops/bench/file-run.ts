import { createWriteStream, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { SelfsameError } from '../../src/errors.ts'
import { novelEvents } from '../../src/generator/novel-events.ts'
import type { Bench } from './bench-stack.ts'
import { runCommand } from './command-run.ts'

export interface FileRun {
  readonly lines: number
  /** How many of the lines differ from all others; they come first. */
  readonly distinct: number
  readonly seconds: number
  readonly transactions: number
  /** The peak of `selfsame ingest` in MB; undefined where the system does not tell. */
  readonly rss: number | undefined
}

const SEED = 4
const REPEATS = 10

/** Ingests a file of observations of which each comes ten times, by the command that people use. */
export async function runFile(bench: Bench, lines: number): Promise<FileRun> {
  const folder = join(bench.data, 'bench')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'observations.ndjson')
  bench.atEnd(async () => rmSync(folder, { recursive: true, force: true }))
  const distinct = Math.ceil(lines / REPEATS)
  await pipeline(linesOf(lines, distinct), createWriteStream(file))
  const { summary, rss } = await ingest(bench, file)
  if (summary.read !== lines || summary.applied !== distinct) {
    throw new SelfsameError('bench_wrong', `of ${lines} lines ${summary.read} were read, ${summary.applied} applied`)
  }
  return { lines, distinct, seconds: summary.seconds, transactions: summary.transactions, rss }
}

/** Blocks of a thousand lines: the same events over and over. */
function* linesOf(lines: number, distinct: number): Generator<string> {
  for (let written = 0; written < lines; ) {
    let block = ''
    for (const event of novelEvents({ count: distinct, seed: SEED })) {
      block += `${JSON.stringify(event)}\n`
      written += 1
      if (written === lines) break
      if (written % 1000 > 0) continue
      yield block
      block = ''
    }
    yield block
  }
}

interface Summary {
  readonly read: number
  readonly applied: number
  readonly transactions: number
  readonly seconds: number
}

async function ingest(bench: Bench, file: string): Promise<{ summary: Summary; rss: number | undefined }> {
  const { output, rss } = await runCommand(bench, ['ingest', file, '--source', 'bench', '--json'])
  return { summary: JSON.parse(output.trim().split('\n').at(-1) ?? ''), rss }
}
