import { createReadStream, type Stats, statSync } from 'node:fs'
import { extname } from 'node:path'
import { SelfsameError } from '../../src/errors.ts'

export type Format = 'ndjson' | 'csv' | 'parquet'

const FORMATS: Readonly<Record<string, Format>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'ndjson',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.parquet': 'parquet',
}

/** The format that a file's name tells; of standard input (`-`) lines of JSON. Throws `format_unknown`. */
export function formatOf(path: string): Format {
  const format = path === '-' ? 'ndjson' : FORMATS[extname(path).toLowerCase()]
  if (format !== undefined) return format
  throw new SelfsameError('format_unknown', `the name ${path} does not tell its format`, {
    remedy: 'give it: --format ndjson, csv or parquet',
  })
}

/** Bytes of a file or, for `-`, of standard input. */
export function openStream(path: string): AsyncIterable<Uint8Array> {
  return path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 256 * 1024 })
}

/** When the file was written last; of standard input now. Throws `file_missing`. */
export function modifiedAt(path: string): Date {
  if (path === '-') return new Date()
  let stats: Stats
  try {
    stats = statSync(path)
  } catch (cause) {
    throw new SelfsameError('file_missing', `${path} cannot be read`, { cause, remedy: 'is the path right?' })
  }
  if (stats.isDirectory()) {
    throw new SelfsameError('file_missing', `${path} is a folder`, { remedy: 'name a file in it' })
  }
  return stats.mtime
}
