import fc from 'fast-check'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { expect, test } from 'vitest'
import { mistypePhone, phoneNumber, placeholderPhones, writePhone } from './phone-numbers.ts'
import { randomOf } from './random.ts'

const seed = fc.nat()
const number = fc.integer({ min: -1_000_000, max: 20_000_000 })

test('every number is a valid Vietnamese phone of its own, never a placeholder', () => {
  fc.assert(
    fc.property(seed, fc.uniqueArray(number, { minLength: 2, maxLength: 50 }), (seed, numbers) => {
      const phones = numbers.map((each) => phoneNumber(seed, each))
      expect(new Set(phones).size).toBe(numbers.length)
      for (const phone of phones) {
        expect(parsePhoneNumberFromString(phone)?.isValid()).toBe(true)
        expect(placeholderPhones).not.toContain(`0${phone.slice(3)}`)
      }
    }),
  )
})

test('neighbours are neighbours of no sort', () => {
  const lastDigits = Array.from({ length: 2000 }, (_, each) => phoneNumber(1, 2 * each).at(-1))
  const counts = Map.groupBy(lastDigits, (digit) => digit)
  expect(counts.size).toBe(10)
  for (const each of counts.values()) expect(each.length).toBeGreaterThan(140)
})

test('whatever the way of writing, it is read as the same number', () => {
  const forms = new Set<string>()
  fc.assert(
    fc.property(seed, number, (seed, number) => {
      const phone = phoneNumber(seed, number)
      const written = writePhone(randomOf(seed, 'message', number), phone)
      forms.add(written.replace(/\d/g, '9'))
      expect(parsePhoneNumberFromString(written, 'VN')?.number).toBe(phone)
    }),
    { numRuns: 500 },
  )
  expect(forms.size).toBeGreaterThanOrEqual(7)
})

test('a slip gives another number', () => {
  fc.assert(
    fc.property(seed, number, (seed, number) => {
      const phone = phoneNumber(seed, number)
      const slip = parsePhoneNumberFromString(mistypePhone(randomOf(seed, 'message', number), phone), 'VN')
      expect(slip?.number).not.toBe(phone)
    }),
  )
})
