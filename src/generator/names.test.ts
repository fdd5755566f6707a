import { expect, test } from 'vitest'
import { pickFamily, pickName } from './names.ts'
import { randomOf } from './random.ts'
import { misspell, withoutDiacritics, writeName, writeNameAtTill } from './spelling.ts'

const people = Array.from({ length: 5000 }, (_, index) => {
  const random = randomOf(9, 'person', index)
  return pickName(random, pickFamily(random), { woman: index % 2 === 0, bornBefore1980: index % 4 < 2 })
})

test('four in ten are called Nguyễn, one in eight Trần', () => {
  const share = (family: string) => people.filter((name) => name.family === family).length / people.length
  expect(share('Nguyễn')).toBeGreaterThan(0.35)
  expect(share('Nguyễn')).toBeLessThan(0.42)
  expect(share('Trần')).toBeCloseTo(0.12, 1)
  expect(new Set(people.map(({ family }) => family)).size).toBeGreaterThan(30)
})

test('women of the older generation are nearly all Thị', () => {
  const older = people.filter((_, index) => index % 4 === 0)
  expect(older.filter(({ middle }) => middle === 'Thị').length / older.length).toBeGreaterThan(0.6)
})

test('diacritics go, letters stay', () => {
  expect(withoutDiacritics('Đặng Thị Ngọc Ánh, Đường Điện Biên Phủ')).toBe('Dang Thi Ngoc Anh, Duong Dien Bien Phu')
})

test('without noise a name is written as it is', () => {
  const name = { family: 'Nguyễn', middle: 'Thị', given: 'Lan' }
  const written = people.map((_, index) => writeName(randomOf(1, 'contact', index), name, () => 0))
  expect(new Set(written)).toEqual(new Set(['Nguyễn Thị Lan']))
})

test('with noise it comes given name first, without diacritics, shortened, and as one calls across the counter', () => {
  const name = { family: 'Nguyễn', middle: 'Thị', given: 'Thảo' }
  const odds = (probability: number) => probability
  const written = new Set(
    people.map((_, index) => writeNameAtTill(randomOf(1, 'account', index), { name, woman: true }, odds)),
  )
  for (const form of [
    'Nguyễn Thị Thảo',
    'Nguyen Thi Thao',
    'Thảo Nguyễn',
    'Thảo Thị Nguyễn',
    'Nguyễn Thảo',
    'N. T. Thảo',
    'Chị Thảo',
  ]) {
    expect(written).toContain(form)
  }
})

test('a slip changes little', () => {
  for (let index = 0; index < 500; index++) {
    const slip = misspell(randomOf(2, 'contact', index), 'Nguyễn Văn An')
    expect(Math.abs(slip.length - 'Nguyễn Văn An'.length)).toBeLessThanOrEqual(1)
    expect(slip.charAt(0)).toBe('N')
  }
  expect(misspell(randomOf(2, 'contact', 0), 'An')).toBe('An')
})
