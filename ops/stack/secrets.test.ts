import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSecrets } from './secrets.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'selfsame-secrets-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it('are made once, differ, and are for their owner alone', () => {
  const secrets = openSecrets(join(folder, 'one'))
  expect(openSecrets(join(folder, 'one'))).toEqual(secrets)
  expect(readFileSync(secrets.idKeyFile, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
  expect(secrets.neo4jPassword).not.toBe(secrets.redisPassword)
  expect(openSecrets(join(folder, 'two')).neo4jPassword).not.toBe(secrets.neo4jPassword)
  expect(readdirSync(join(folder, 'one')).sort()).toEqual(['id-key', 'neo4j-password', 'redis-password'])
  for (const name of readdirSync(join(folder, 'one')))
    expect(statSync(join(folder, 'one', name)).mode & 0o777).toBe(0o600)
})
