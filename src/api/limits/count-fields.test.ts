import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { countFields } from './count-fields.ts'

describe('the fields of a document', () => {
  it.each([
    ['{ a b { c } }', 3],
    ['{ a { ...F } b { ...F } } fragment F on T { c ... on T { d } }', 6],
    ['query A { a } query B { a b }', 2],
    ['{ ...F } fragment F on T { a ...F }', 1],
    ['{ ...Nowhere }', 0],
  ])('%s: %i', (text, fields) => expect(countFields(parse(text))).toBe(fields))

  it('are counted without spreading them out', () => {
    const levels = Array.from({ length: 60 }, (_, n) => `fragment F${n} on T { ...F${n + 1} ...F${n + 1} }`)
    expect(countFields(parse(`{ ...F0 } ${levels.join(' ')} fragment F60 on T { a }`))).toBe(2 ** 60)
  })
})
