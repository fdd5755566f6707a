import type { DeadLetter } from '../outcome.ts'

/** A row as it stands in the file. */
export interface RowOrigin {
  /** Line or, where a file has none, row; from 1. */
  readonly line: number
  /** As it came, or what tells which it was. */
  readonly original: string | Uint8Array | { readonly sha256: string; readonly length: number }
}

export type Row =
  /** Cells in the order of the columns, trimmed; null where there is no value. */
  | { readonly origin: RowOrigin; readonly cells: readonly (string | null)[] }
  | { readonly origin: RowOrigin; readonly refused: DeadLetter }

/** Rows under named columns, some at a time. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: AsyncIterable<readonly Row[]>
}

/** What stands for "no value" in files: nothing, and what R and SQL dumps write. */
export function cellOf(text: string | null): string | null {
  const trimmed = text?.trim() ?? ''
  return trimmed === '' || trimmed === 'NA' || trimmed === '\\N' ? null : trimmed
}
