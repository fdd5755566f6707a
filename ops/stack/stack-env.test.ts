import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeStackEnv } from './stack-env.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'selfsame-env-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it('is read by Node as it was meant, and by its owner alone', () => {
  const file = join(folder, 'stack.env')
  writeStackEnv(
    file,
    {
      neo4j: { uri: 'bolt://127.0.0.1:7687', httpUrl: 'http://127.0.0.1:7474/browser/', user: 'neo4j', password: 'p' },
      kafka: { brokers: '127.0.0.1:9092' },
      redis: { url: 'redis://:secret@127.0.0.1:6379' },
    },
    { idKeyFile: '/home/Lê Lợi/my #1 $HOME/id-key', warehouseFile: '/data/warehouse.duckdb' },
  )
  expect(parseEnv(readFileSync(file, 'utf8'))).toEqual({
    SELFSAME_NEO4J_URI: 'bolt://127.0.0.1:7687',
    SELFSAME_NEO4J_USER: 'neo4j',
    SELFSAME_NEO4J_PASSWORD: 'p',
    SELFSAME_NEO4J_BROWSER_URL: 'http://127.0.0.1:7474/browser/',
    SELFSAME_KAFKA_BROKERS: '127.0.0.1:9092',
    SELFSAME_REDIS_URL: 'redis://:secret@127.0.0.1:6379',
    SELFSAME_ID_KEY_FILE: '/home/Lê Lợi/my #1 $HOME/id-key',
    SELFSAME_WAREHOUSE_FILE: '/data/warehouse.duckdb',
  })
  expect(statSync(file).mode & 0o777).toBe(0o600)
})
