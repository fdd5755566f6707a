import { getNamedType, isObjectType, isUnionType, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { shippedPolicy } from '../../../test/live.ts'
import { unaskedSchema } from '../../../test/unasked-schema.ts'
import { BRIEF, lifetimeOf, TRACKED } from './cacheable.ts'
import { tagDocument, withoutNames } from './tag-document.ts'

const schema = await unaskedSchema(shippedPolicy())

const lifetime = (query: string) => {
  const document = parse(query)
  const [operation] = document.definitions
  return operation?.kind === 'OperationDefinition' ? lifetimeOf(document, operation, schema) : undefined
}

describe('how long an answer is remembered', () => {
  it.each([
    ['{ identifier(kind: email, value: "x") { customer { name records { traits { value } } } } }', 'tracked'],
    ['{ customer(id: "x") { golden { value } ...F } } fragment F on Customer { identifiers { key } }', 'tracked'],
    ['{ customer(id: "x") { ...F } } fragment F on Customer { formerIds }', 'brief'],
    ['{ whatBecameOf(id: "x") { ... on SeveralCustomers { count } } }', 'brief'],
    ['{ customers { id } identifier(kind: email, value: "x") { key } }', 'brief'],
    ['{ __schema { types { name } } }', undefined],
    ['{ customers { id } __type(name: "x") { name } }', undefined],
  ])('%s: %s', (query, expected) => expect(lifetime(query)).toBe(expected))

  it('is decided of every field that a question can reach', () => {
    const reached = new Set<string>()
    const undecided: string[] = []
    const walk = (name: string) => {
      const type = schema.getType(name)
      if (reached.has(name)) return
      reached.add(name)
      if (isUnionType(type)) for (const each of type.getTypes()) walk(each.name)
      if (!isObjectType(type)) return
      for (const field of Object.values(type.getFields())) {
        const decided = TRACKED[name]?.includes(field.name) || BRIEF[name]?.includes(field.name)
        // A root that is not listed is not remembered, nor is what it alone leads to.
        if (!decided && name === 'Query') continue
        if (!decided) undecided.push(`${name}.${field.name}`)
        walk(getNamedType(field.type).name)
      }
    }
    walk('Query')
    expect(
      undecided,
      'list them in cacheable.ts, in TRACKED only if src/resolver/changed-names.ts tells of them',
    ).toEqual([])
    expect(reached.size).toBeGreaterThan(10)
  })
})

describe('names', () => {
  it('are selected wherever something is named, and taken out again', () => {
    const document = tagDocument(parse('{ whatBecameOf(id: "x") { __typename ... on Customer { name } } }'), schema)
    expect(JSON.stringify(document).match(/selfsame_names/g)).toHaveLength(2)
    const data = { a: [{ selfsame_names: 'c_1', b: { selfsame_names: 'email:x', key: 'email:x' } }, null] }
    withoutNames(data)
    expect(data).toEqual({ a: [{ b: { key: 'email:x' } }, null] })
  })

  it('are not, where the question uses their alias itself', () => {
    expect(tagDocument(parse('{ customer(id: "x") { selfsame_names: name } }'), schema)).toBeUndefined()
  })
})
