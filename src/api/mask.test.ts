import fc from 'fast-check'
import { expect, test } from 'vitest'
import { masked } from './mask.ts'

test.each([
  ['phuong.le@mail.vn', 'p***@mail.vn'],
  ['an@mail.vn', '***@mail.vn'],
  ['+84912345678', '+84 91* *** *78'],
  ['+12025550143', '+1 20* *** **4 3'],
  ['1990-02-14', '****-**-**'],
  ['1990', '****-**-**'],
  ['Nguyễn Văn An', 'N*** V*** ***'],
  ['12 Lê Lợi', '*** *** L***'],
  ['LC123456', '***56'],
  ['crm:1001', 'crm:***'],
  ['pos:pos-7-1a2b', 'pos:***2b'],
  ['', ''],
])('%s is shown as %s', (text, shown) => {
  expect(masked(text)).toBe(shown)
})

test('no word of three letters or more is ever shown whole, whatever the form', () => {
  const word = fc.stringMatching(/^[\p{L}\d_-]{3,20}$/u)
  const text = fc.oneof(
    word,
    fc.tuple(word, word).map(([a, b]) => `${a} ${b}`),
    fc.tuple(word, word).map(([a, b]) => `scope:${a}-${b}`),
    word.map((local) => `${local}@host.vn`),
    fc.stringMatching(/^\+\d{8,15}$/),
  )
  fc.assert(
    fc.property(text, (value) => {
      const shown = masked(value)
      const own = value
        .replace(/@host\.vn$/, '')
        .replace(/^scope:/, '')
        .replace(/^\+/, '')
      for (const part of own.split(/\s+/u)) expect(shown.replace('@host.vn', '')).not.toContain(part)
    }),
  )
})
