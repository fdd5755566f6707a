import { expect, test } from 'vitest'
import { compareWords } from './compare-words.ts'
import { nameOf } from './names.ts'

const nobody = () => false
const compared = (a: string, b: string, isCommon: (word: string) => boolean = nobody) =>
  compareWords(nameOf(a), nameOf(b), isCommon)

test.each([
  ['Nguyễn Văn An', 'An Nguyen Van', 'exact'],
  ['William', 'Bill', 'nickname'],
  ['Bob', 'Rob', 'nickname'],
  ['Katherine Jones', 'Kathreine Jones', 'close'],
  ['TrầnXuân Tiến', 'Trần Xuân Tiến', 'close'],
  ['Phạm Gia Phúc', 'Phúc Phạm', 'part'],
  ['J', 'Julia', 'initial'],
  ['T. Tram', 'T. Tram', 'initial'],
  ['Vũ hTị Hà', 'Vũ Thị Hà', 'close'],
  ['Lê Minh', 'Lê Hoa', 'some'],
  ['Lca', 'Lucas', 'similar'],
  ['Vân', 'Văn', 'different'],
  ['An', 'Anh', 'similar'],
  ['Julia', 'Peter', 'different'],
])('%s and %s: %s, from both sides', (a, b, level) => {
  expect(compared(a, b).level).toBe(level)
  expect(compared(b, a).level).toBe(level)
})

test('what agrees letter for letter is told, folded', () => {
  expect(compared('Nguyễn Văn An', 'Nguyen An').shared).toEqual(['nguyen', 'an'])
  expect(compared('Julia', 'Julai').shared).toEqual([])
})

test('two names that many bear are no slips of each other', () => {
  const common = new Set(['huong', 'phuong'])
  expect(compared('Huong', 'Phuong', (word) => common.has(word)).level).toBe('different')
  expect(compared('Huong', 'Huongg', (word) => common.has(word)).level).toBe('close')
})
