import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSameWord, isSlip, NICKNAME, nameOf, ONE_EDIT, relationOf, SIMILAR, SLIP } from './names.ts'
import { isNickname } from './nicknames.ts'
import { isSimilar, isWithinEdits } from './similarity.ts'

const wordIn = (text: string) => nameOf(text).together

test('a name is its words with their marks, and all of them as one', () => {
  const { words, together } = nameOf('Trần Thị-Mai')
  expect(words.map(({ text, folded }) => [text, folded])).toEqual([
    ['trần', 'tran'],
    ['thị', 'thi'],
    ['mai', 'mai'],
  ])
  expect(together).toMatchObject({ text: 'trầnthịmai', folded: 'tranthimai', isPlain: false })
  expect(nameOf('Mai').together).toBe(nameOf('mai').words[0])
})

test.each([
  ['vân', 'van', true],
  ['van', 'văn', true],
  ['vân', 'văn', false],
  ['vân', 'vân', true],
  ['van', 'von', false],
])('%s and %s are one word: %s', (a, b, same) => expect(isSameWord(wordIn(a), wordIn(b))).toBe(same))

test('what is remembered of two words is what is so, however many others are asked about', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'e', 'n', 'ê'), minLength: 1, maxLength: 6 })
  const word = fc.oneof(letters, fc.constantFrom('bob', 'robert', 'bill', 'william', 'kathreine', 'katherine'))
  const pairs = fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(pairs, (asked) => {
      for (const [a, b] of [...asked, ...asked].map(([x, y]) => [wordIn(x), wordIn(y)] as const)) {
        const [x, y] = [a.folded, b.folded]
        const expected =
          (isNickname(x, y) ? NICKNAME : 0) |
          (isSlip(x, y) ? SLIP : 0) |
          (isWithinEdits(x, y, 1) ? ONE_EDIT : 0) |
          (isSimilar(x, y, 0.8) ? SIMILAR : 0)
        expect(relationOf(a, b)).toBe(expected)
        expect(relationOf(b, a)).toBe(expected)
      }
    }),
  )
})
