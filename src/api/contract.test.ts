import {
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { shippedPolicy } from '../../test/live.ts'
import { unaskedSchema } from '../../test/unasked-schema.ts'

const policy = shippedPolicy()
const schema = await unaskedSchema(policy)

const CHANGED = `The public contract of the API changed: see the difference below. Clients are written against it.
Not meant? Undo the change in schema.graphql. Meant? Say so in CHANGELOG.md (removing or narrowing anything breaks
clients), then accept it: node_modules/.bin/vitest run --project unit src/api/contract.test.ts --update`

describe('the public schema', () => {
  it('is the one last accepted', async () => {
    const sdl = `${printSchema(lexicographicSortSchema(schema))}\n`
    await expect(sdl, CHANGED).toMatchFileSnapshot('schema.snapshot.graphql')
  })

  it('opens our own roots and commands, no others, and no subscriptions', () => {
    expect(schema.getSubscriptionType()).toBeUndefined()
    const namesIn = (type: GraphQLObjectType | null | undefined) => Object.keys(type?.getFields() ?? {}).sort()
    expect(namesIn(schema.getQueryType())).toEqual([
      ...[
        'auditTrail',
        'customer',
        'customers',
        'customersByName',
        'identifier',
        'identify',
        'reviewQueue',
        'searchRecord',
      ],
      ...['whatBecameOf', 'whatIf', 'why', 'whyNot'],
    ])
    expect(namesIn(schema.getMutationType())).toEqual([
      ...['allowIdentifier', 'assertDifferent', 'assertSame', 'blockIdentifier', 'clearIdentifierDecision'],
      ...['decideReview', 'withdrawAssertion'],
    ])
  })

  it('asks every command for a reason and a key, and offers it dry', () => {
    for (const { name, args } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      const types = Object.fromEntries(args.map((arg) => [arg.name, [String(arg.type), arg.defaultValue]]))
      expect(types, name).toMatchObject({
        ...{ reason: ['String!', undefined], idempotencyKey: ['String!', undefined], dryRun: ['Boolean!', false] },
      })
    }
  })

  it('has nothing generated: no input types but ours, no connections or aggregates', () => {
    const types = Object.values(schema.getTypeMap())
    const inputs = types.filter(isInputObjectType).map(({ name }) => name)
    expect(inputs.sort()).toEqual(['AssertionInput', 'PolicyInput', 'SharingLimitInput', 'TraitInput'])
    expect(types.map(({ name }) => name).filter((name) => /Connection|Aggregat|Edge|Where|Sort/.test(name))).toEqual([])
  })

  it('describes every type, field, argument and value', () => {
    const described = Object.values(schema.getTypeMap())
      .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
      .flatMap((type) => [
        [type.name, type.description],
        ...(isEnumType(type) ? type.getValues().map((value) => [`${type.name}.${value.name}`, value.description]) : []),
        ...(isInputObjectType(type) ? Object.values(type.getFields()) : []).map((field) => [
          `${type.name}.${field.name}`,
          field.description,
        ]),
        ...(isObjectType(type) ? Object.values(type.getFields()) : []).flatMap((field) => [
          [`${type.name}.${field.name}`, field.description],
          ...field.args.map((arg) => [`${type.name}.${field.name}(${arg.name})`, arg.description]),
        ]),
      ])
    expect(described.length).toBeGreaterThan(150)
    expect(described.filter(([, description]) => !description).map(([name]) => name)).toEqual([])
  })

  it('cuts every list but those that are short by nature', () => {
    const unlimited = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && !isIntrospectionType(type))
      .flatMap((type) => Object.values(isObjectType(type) ? type.getFields() : {}).map((field) => ({ type, field })))
      .filter(({ field }) => isObjectType(getNamedType(field.type)) && String(field.type).startsWith('['))
      .filter(({ field }) => !field.args.some(({ name }) => name === 'limit' || name === 'first'))
      .map(({ type, field }) => `${type.name}.${field.name}`)
    expect(unlimited.sort()).toEqual(['Customer.golden', 'Query.identify', 'Record.traits'])
  })
})

describe('kinds', () => {
  const kindsOf = async (kinds: readonly string[]) => {
    const kind = (await unaskedSchema(policy, kinds)).getType('Kind')
    return isEnumType(kind) ? kind.getValues() : []
  }

  it('are those built in and those declared', async () => {
    const values = await kindsOf(['email', 'zalo_id', 'app_token', 'zalo_id'])
    expect(values.map(({ name }) => name)).toEqual([
      'email',
      'phone',
      'loyalty_card',
      'cookie',
      'pos_account',
      'crm_contact',
      'device',
      'user_id',
      'national_id',
      'record',
      'app_token',
      'zalo_id',
    ])
    expect(values.at(-1)?.description).toBe('Declared in the policy.')
  })

  it('are refused where GraphQL has no name for them', async () => {
    await expect(kindsOf(['true'])).rejects.toMatchObject({ code: 'policy_invalid' })
  })
})
