import { expect, test } from 'vitest'
import { randomOf } from '../../src/generator/random.ts'
import { zipf } from './zipf.ts'

test('the first place is drawn ten times as often as the tenth', () => {
  const draw = zipf(1000, randomOf(1, 'novel', 0))
  const drawn = Array.from({ length: 200_000 }, draw)
  const times = (place: number) => drawn.filter((each) => each === place).length
  expect(times(0) / times(9)).toBeGreaterThan(9)
  expect(times(0) / times(9)).toBeLessThan(11)
  expect(drawn.every((place) => place >= 0 && place < 1000)).toBe(true)
})
