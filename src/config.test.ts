import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configSchema, readConfig, variableOf } from './config.ts'

const given = {
  SELFSAME_STACK: 'no-such-stack',
  SELFSAME_NEO4J_URI: 'bolt://127.0.0.1:7687',
  SELFSAME_NEO4J_PASSWORD: 'secret',
  SELFSAME_ID_KEY_FILE: '/keys/id-key',
  SELFSAME_WAREHOUSE_FILE: '/data/warehouse.duckdb',
}

test('.env.example names every knob with its description and its default', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '.env.example'), 'utf8')
  const named = [...text.matchAll(/^(?:# )?(SELFSAME_\w+)=/gm)].map(([, name]) => name)
  const knobs = Object.entries(configSchema.shape)
  expect(named).toEqual(knobs.map(([key]) => variableOf(key)))
  for (const [key, schema] of knobs) {
    const byDefault = schema.safeParse(undefined)
    expect(text).toContain(`# ${schema.description}`)
    const line =
      byDefault.success && byDefault.data !== undefined
        ? `# ${variableOf(key)}=${byDefault.data}`
        : `# ${variableOf(key)}=`
    expect(text).toContain(line)
  }
})

test('what is missing is named, all of it, with a remedy', () => {
  const read = () => readConfig({ envFile: '/no/such/file', env: { SELFSAME_STACK: 'no-such-stack' } })
  expect(read).toThrow(/SELFSAME_NEO4J_URI[\s\S]*SELFSAME_NEO4J_PASSWORD[\s\S]*SELFSAME_ID_KEY_FILE/)
  expect(read).toThrow(
    expect.objectContaining({
      code: 'config_invalid',
      remedy: expect.stringContaining('stack up --stack no-such-stack'),
    }),
  )
})

test('a number that is none is refused by name', () => {
  expect(() => readConfig({ envFile: '/no/such/file', env: { ...given, SELFSAME_PORT: 'four thousand' } })).toThrow(
    /SELFSAME_PORT/,
  )
})

test('an empty variable counts as not set', () => {
  expect(readConfig({ envFile: '/no/such/file', env: { ...given, SELFSAME_PORT: '' } }).port).toBe(4000)
})

test('the configuration cannot be changed', () => {
  expect(Object.isFrozen(readConfig({ envFile: '/no/such/file', env: given }))).toBe(true)
})
