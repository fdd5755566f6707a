import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, apiOver, SMALL_WORLD, SMALL_WORLD_IDS } from '../../test/api-under-test.ts'
import { ask, rules as plainRules } from '../../test/live.ts'
import { event } from '../../test/told.ts'
import type { Graph } from '../graph/graph.ts'
import { identifierOf } from '../identity/keys.ts'
import type { IdentifierKey } from '../identity/types.ts'
import { createResolver } from '../resolver/resolver.ts'
import { isRole } from './caller.ts'

interface Recipe {
  readonly title: string
  readonly role: string
  readonly query: string
  readonly variables: object
}

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'graphql-recipes.md'), 'utf8')
const recipes = page.split(/^## /m).slice(1).flatMap(recipesIn)

let api: ApiUnderTest
beforeAll(async () => {
  const rules = plainRules()
  const told = [
    ['email:lan@mail.vn', 'cookie:ck-lan'],
    ['loyalty_card:LC777777', 'phone:+84912345699'],
  ].map((keys) => event({ identifiers: keys.sort().map((key) => identifierOf(key as IdentifierKey)) }))
  const seed = async (graph: Graph) => {
    await ask(graph, SMALL_WORLD, SMALL_WORLD_IDS)
    await createResolver({ graph, rules }).apply({ observations: told })
  }
  api = await apiOver(seed, { rules })
  await ask(api.graph, 'CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()')
})
afterAll(async () => await api?.close())

test('every recipe names the role that asks', () => {
  expect(recipes.length).toBeGreaterThan(6)
  expect(recipes.filter(({ role }) => !isRole(role)).map(({ title }) => title)).toEqual([])
})

test.each(recipes)('$title is answered, with something in it', async ({ role, query, variables }) => {
  const { data, errors } = await api.ask(query, variables, isRole(role) ? role : 'app')
  expect(errors).toBeUndefined()
  const empty = Object.entries(data).filter(
    ([, value]) => value === null || (Array.isArray(value) && value.length === 0),
  )
  expect(empty, 'a recipe that finds nothing shows nothing').toEqual([])
})

function recipesIn(section: string): Recipe[] {
  const title = section.split('\n', 1)[0] ?? ''
  return [...section.matchAll(/As `(\w+)`:\n```graphql\n(.*?)```(?:\n```json\n(.*?)```)?/gs)].map(
    ([, role = '', query = '', variables = '{}']) => ({ title, role, query, variables: JSON.parse(variables) }),
  )
}
