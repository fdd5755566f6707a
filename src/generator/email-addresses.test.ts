import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emailAddress, mistypeEmail, writeEmail } from './email-addresses.ts'
import { pickFamily, pickName } from './names.ts'
import { randomOf } from './random.ts'

function address(seed: number, number: number, work = false): string {
  const random = randomOf(seed, 'person', number)
  const name = pickName(random, pickFamily(random), { woman: number % 2 === 0, bornBefore1980: number % 3 === 0 })
  return emailAddress(random, name, { number, work })
}

test('no two people have one address, at home or at work', () => {
  const addresses = Array.from({ length: 20_000 }, (_, number) => address(1, number))
  const atWork = Array.from({ length: 20_000 }, (_, number) => address(1, number, true))
  expect(new Set([...addresses, ...atWork]).size).toBe(40_000)
  for (const each of addresses) expect(each).toMatch(/^[a-z._]+\d+[a-z._\d]*@[a-z.]+$/)
})

test('whatever the way of writing, trimmed and in lower case it is the same; a slip is another', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(1_000_000), (seed, number) => {
      const email = address(seed, number)
      expect(
        writeEmail(randomOf(seed, 'message', number), email)
          .trim()
          .toLowerCase(),
      ).toBe(email)
    }),
  )
})

test('a slip keeps the form of an address, and is nearly always another one', () => {
  const slips = Array.from({ length: 2000 }, (_, number) => {
    const email = address(3, number)
    const slip = mistypeEmail(randomOf(3, 'message', number), email)
    expect(slip).toMatch(/^[^@\s]+@[^@\s]+\.[a-z]+$/)
    return slip !== email
  })
  expect(slips.filter(Boolean).length).toBeGreaterThan(1900)
})
