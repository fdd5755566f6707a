import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareSorted, compareUtf8, type Keyed } from './compare-sorted.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 4 })
const anySide = fc.dictionary(anyText, fc.record({ a: fc.nat(2), b: fc.nat(2) }), { maxKeys: 12 })

describe('compareSorted', () => {
  test('finds exactly the keys whose rows differ, and what differs in them', async () => {
    await fc.assert(
      fc.asyncProperty(anySide, anySide, async (graph, warehouse) => {
        const { listed, differences } = await compareSorted(stream(graph), stream(warehouse), 1000)
        const expected = new Map<string, string>()
        for (const key of Object.keys({ ...graph, ...warehouse })) {
          const [left, right] = [graph[key], warehouse[key]]
          if (left === undefined) expected.set(key, 'stray')
          else if (right === undefined) expected.set(key, 'missing')
          else {
            const fields = (['a', 'b'] as const).filter((field) => left[field] !== right[field])
            if (fields.length > 0) expected.set(key, `different ${fields}`)
          }
        }
        const found = listed.map(({ key, difference, fields }) => [key, `${difference} ${fields}`.trim()] as const)
        expect(new Map(found)).toEqual(expected)
        expect(differences).toBe(expected.size)
      }),
    )
  })

  test('remembers no more than it is told to, and counts all', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, {}]))
    const result = await compareSorted(stream(many), stream({}), 3)
    expect(result).toMatchObject({ graph: 30, warehouse: 0, differences: 30 })
    expect(result.listed).toHaveLength(3)
  })
})

test('compareUtf8 orders as the bytes of UTF-8 do', () => {
  fc.assert(
    fc.property(anyText, anyText, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
    {
      numRuns: 5000,
      examples: [
        ['\u{1f600}', '\uff21'],
        ['a\u{1f600}', 'a\uffff'],
        ['', 'a'],
      ],
    },
  )
})

async function* stream(side: Readonly<Record<string, Keyed['content']>>): AsyncIterable<Keyed> {
  const keys = Object.keys(side).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  for (const key of keys) yield { key, content: side[key] ?? {} }
}
