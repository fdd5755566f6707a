import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Line, linesOf } from './lines.ts'

async function collect(chunks: Iterable<Uint8Array>, limit?: number): Promise<Line[]> {
  const lines: Line[] = []
  const stream = (async function* () {
    yield* chunks
  })()
  for await (const some of linesOf(stream, limit)) lines.push(...some)
  return lines
}

const textOf = (line: Line) => ('bytes' in line ? line.bytes.toString() : `too long: ${line.tooLong.length}`)

describe('lines', () => {
  test('are the same however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[a-zé"]{0,9}$/), { minLength: 1 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        async (texts, cuts) => {
          const whole = Buffer.from(texts.join('\n'))
          const chunks: Buffer[] = []
          for (let at = 0, cut = 0; at < whole.length; cut += 1) {
            const size = cuts[cut % cuts.length] ?? 1
            chunks.push(whole.subarray(at, at + size))
            at += size
          }
          const expected = texts.at(-1) === '' ? texts.slice(0, -1) : texts
          const lines = await collect(chunks)
          expect(lines.map(textOf)).toEqual(expected)
          expect(lines.map(({ number }) => number)).toEqual(expected.map((_, index) => index + 1))
        },
      ),
    )
  })

  test('may end in CR LF, and a byte order mark is no part of the first', async () => {
    expect((await collect([Buffer.from('\ufeffa\r\n\r\nb')])).map(textOf)).toEqual(['a', '', 'b'])
  })

  test('past the limit are told by length and digest, and the next one is read', async () => {
    const long = 'x'.repeat(50)
    const lines = await collect([Buffer.from(`a\n${long.slice(0, 20)}`), Buffer.from(`${long.slice(20)}\nb`)], 40)
    expect(lines.map(textOf)).toEqual(['a', 'too long: 50', 'b'])
    expect(lines[1]).toEqual({
      number: 2,
      tooLong: { length: 50, sha256: createHash('sha256').update(long).digest('hex') },
    })
  })

  test('a gigabyte without a line end takes no memory', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    const before = process.memoryUsage().rss
    let highest = 0
    const chunks = (function* () {
      for (let count = 0; count < 1024; count += 1) {
        if (count % 64 === 0) highest = Math.max(highest, process.memoryUsage().rss)
        yield chunk
      }
      yield Buffer.from('\nafter')
    })()
    const lines = await collect(chunks)
    expect(lines.map(textOf)).toEqual([`too long: ${1024 ** 3}`, 'after'])
    expect(highest - before).toBeLessThan(100 * 1024 * 1024)
  })
})
