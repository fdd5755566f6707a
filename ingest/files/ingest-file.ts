import { readFileSync } from 'node:fs'
import { SelfsameError } from '../../src/errors.ts'
import { isScope } from '../../src/identity/normalise.ts'
import { parseTime } from '../../src/identity/observation.ts'
import type { Policy } from '../../src/identity/policy.ts'
import type { Entry } from '../apply-batch.ts'
import { observationsFrom } from '../sources/observations.ts'
import { sources } from '../sources/sources.ts'
import { openCsv } from './csv.ts'
import { entriesOfLines, entriesOfTable, type Reading } from './entries.ts'
import type { FileDoor } from './file-door.ts'
import { describe, parseMapping } from './mapping.ts'
import { openParquet } from './parquet.ts'
import { type Format, modifiedAt, openStream } from './read-file.ts'
import { openRejects } from './rejects.ts'
import { createRowReader } from './row-reader.ts'
import { createTally, type Summary, type Tally } from './summary.ts'
import type { RowOrigin } from './table.ts'
import { wellKnownMapping } from './well-known.ts'

export interface IngestFileOptions {
  /** `-`: standard input. */
  readonly path: string
  readonly format: Format
  readonly source?: string | undefined
  readonly load?: string | undefined
  /** Path of a mapping file. */
  readonly mapping?: string | undefined
  /** Country of phone numbers, over the policy's. */
  readonly country?: string | undefined
  /** Of rows that name no time, ISO 8601; default: when the file was written last. */
  readonly observedAt?: string | undefined
  readonly rejects: string
  /** Messages a transaction, at most. */
  readonly batchSize: number
  readonly policy: Policy
  /** Lines of a topic are in that topic's own format. */
  readonly topic?: string | undefined
  readonly door: FileDoor
  /** Is told what was understood, before anything is written. */
  readonly onUnderstood?: (lines: readonly string[]) => void
  readonly onProgress?: (tally: Tally) => void
}

/** Bytes of a batch after which it is full, whatever its number of messages. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024

/**
 * Reads a file to its end and hands its messages on, one batch read while the one before is committed. Memory does not
 * grow with the file. Throws where the file cannot be read, what it should mean is not clear, or the graph or Kafka
 * fail for good: then all batches before are committed, and running it again repeats nothing.
 */
export async function ingestFile(options: IngestFileOptions): Promise<Summary> {
  check(options)
  const { path, mapping, country, policy } = options
  const rejects = await openRejects(options.rejects, { sources: [path, ...(mapping === undefined ? [] : [mapping])] })
  const tally = createTally()
  const entries = await openEntries(options, { policy, country, tally })
  const deliver = options.door.open({ rejects, tally })
  let underWay: Promise<void> = Promise.resolve()
  try {
    for await (const batch of batchesOf(entries, options.batchSize)) {
      await underWay
      underWay = deliver(batch).then(() => options.onProgress?.(tally))
      // It is awaited above or below: until then a failure is no unhandled one.
      underWay.catch(() => undefined)
    }
    await underWay
    await rejects.finish()
  } catch (error) {
    await underWay.catch(() => undefined)
    await rejects.abandon()
    throw error
  }
  return tally.summary(rejects.path)
}

function check({ source, load, observedAt }: IngestFileOptions): void {
  for (const [option, name] of [
    ['--source', source],
    ['--load', load],
  ] as const) {
    if (name !== undefined && !isScope(name)) {
      throw new SelfsameError('name_invalid', `"${name}" is no name for ${option}`, {
        remedy: 'letters, digits, blanks and _ . / @ + -, a letter or digit first, at most 128',
      })
    }
  }
  if (observedAt !== undefined && parseTime(observedAt) === undefined) {
    throw new SelfsameError('time_invalid', `"${observedAt}" is no time`, { remedy: 'as in 2026-01-31T09:30:00Z' })
  }
}

async function openEntries(options: IngestFileOptions, reading: Reading): Promise<AsyncIterable<Entry<RowOrigin>[]>> {
  const { path, format, source, load, mapping: mappingPath, topic, onUnderstood } = options
  const modified = modifiedAt(path)
  if (format === 'ndjson') {
    const ofTopic = topic === undefined || topic === 'observations' ? undefined : sources.get(topic)
    onUnderstood?.([`lines of JSON, ${ofTopic ? `as in the topic ${topic}` : 'observations'}`])
    return entriesOfLines(openStream(path), ofTopic ?? observationsFrom({ source, load }), reading)
  }
  if (source === undefined) {
    throw new SelfsameError('source_missing', 'rows do not say what source they are from', {
      remedy: 'add --source NAME',
    })
  }
  const explicit = mappingPath === undefined ? undefined : parseMapping(readMapping(mappingPath))
  const table = format === 'csv' ? await openCsv(openStream(path)) : await openParquet(path)
  const mapping = explicit ?? wellKnownMapping(table.columns)
  const observedAt = options.observedAt ?? modified.toISOString()
  const read = createRowReader({ mapping, columns: table.columns, policy: options.policy, source, load, observedAt })
  onUnderstood?.([...describe(mapping, table.columns), `otherwise    source ${source}, observed at ${observedAt}`])
  return entriesOfTable(table, read, reading)
}

function readMapping(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new SelfsameError('file_missing', `the mapping ${path} cannot be read`, {
      cause,
      remedy: 'is the path right?',
    })
  }
}

async function* batchesOf(blocks: AsyncIterable<Entry<RowOrigin>[]>, size: number): AsyncGenerator<Entry<RowOrigin>[]> {
  let batch: Entry<RowOrigin>[] = []
  let bytes = 0
  for await (const block of blocks) {
    for (const entry of block) {
      batch.push(entry)
      bytes += entry.origin.original instanceof Uint8Array ? entry.origin.original.length : 500
      if (batch.length < size && bytes < MAX_BATCH_BYTES) continue
      yield batch
      batch = []
      bytes = 0
    }
  }
  if (batch.length > 0) yield batch
}
