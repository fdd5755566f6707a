import { expect, test } from 'vitest'
import { fold } from '../identity/fold.ts'
import { markedWords } from './text.ts'

test.each([
  ['Nguyễn  Văn An', 'nguyen van an'],
  ['ĐẶNG', 'dang'],
  ["O'Brien-Smith", 'obrien smith'],
  ['Weiß, Åsa', 'weiss asa'],
  ['  ', ''],
])('%s is folded to %s', (text, folded) => expect(fold(text)).toBe(folded))

test('words keep their marks, however these are written', () => {
  expect(markedWords('Trần Thị-Mai (Tư)')).toEqual(['trần', 'thị', 'mai', 'tư'])
  expect(markedWords('Trần'.normalize('NFD'))).toEqual(['trần'])
})
