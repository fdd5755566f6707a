import { expect, test } from 'vitest'
import { tagOf } from './change-notes.ts'

test('tags of names that are alike are distinct, and fit into six bytes', () => {
  const names = Array.from({ length: 200_000 }, (_, n) => `phone:+8491${String(n).padStart(7, '0')}`)
  const tags = new Set(names.map(tagOf))
  expect(tags.size).toBe(names.length)
  for (const tag of tags) if (!Number.isInteger(tag) || tag < 0 || tag >= 2 ** 48) expect.fail(`${tag}`)
})
