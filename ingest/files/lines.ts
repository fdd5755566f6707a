import { createHash, type Hash } from 'node:crypto'
import { MAX_KEPT_BYTES } from '../dead-letters.ts'

/** A line without its end; of one too long to be kept, what tells which it was. */
export type Line =
  | { readonly number: number; readonly bytes: Buffer }
  | { readonly number: number; readonly tooLong: { readonly sha256: string; readonly length: number } }

const NEWLINE = 0x0a
const RETURN = 0x0d
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * The lines of a stream, from 1, some at a time. Memory is bounded whatever the stream holds: a line beyond `limit`
 * bytes is read past, and reading goes on at the next.
 */
export async function* linesOf(stream: AsyncIterable<Uint8Array>, limit = MAX_KEPT_BYTES): AsyncGenerator<Line[]> {
  const open = openLine(limit)
  let number = 0
  const end = (): Line => {
    number += 1
    return { number, ...open.end(number === 1) }
  }
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const lines: Line[] = []
    let from = 0
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      open.add(bytes.subarray(from, at))
      lines.push(end())
      from = at + 1
    }
    open.add(bytes.subarray(from))
    if (lines.length > 0) yield lines
  }
  if (open.length() > 0) yield [end()]
}

/** The line under way: its parts, or once it is too long only their digest. */
function openLine(limit: number) {
  let parts: Buffer[] = []
  let length = 0
  let hash: Hash | undefined
  return {
    length: () => length,
    add(part: Buffer) {
      if (part.length === 0) return
      length += part.length
      parts.push(part)
      if (length <= limit) return
      hash ??= createHash('sha256')
      for (const each of parts) hash.update(each)
      parts = []
    },
    end(isFirst: boolean): { bytes: Buffer } | { tooLong: { sha256: string; length: number } } {
      const [only] = parts
      const line = hash
        ? { tooLong: { sha256: hash.digest('hex'), length } }
        : { bytes: trimmed(parts.length === 1 && only ? only : Buffer.concat(parts), isFirst) }
      parts = []
      length = 0
      hash = undefined
      return line
    },
  }
}

function trimmed(line: Buffer, isFirst: boolean): Buffer {
  const from = isFirst && line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0
  const to = line.at(-1) === RETURN ? line.length - 1 : line.length
  return line.subarray(from, to)
}
