import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StackAddresses } from './stack.ts'

export interface StackFiles {
  readonly idKeyFile: string
  readonly warehouseFile: string
}

/** Writes the settings with which selfsame uses this stack, readable for the owner only, whole or not at all. */
export function writeStackEnv(file: string, addresses: StackAddresses, files: StackFiles): void {
  const { neo4j, kafka, redis } = addresses
  const lines = Object.entries({
    SELFSAME_NEO4J_URI: neo4j.uri,
    SELFSAME_NEO4J_USER: neo4j.user,
    SELFSAME_NEO4J_PASSWORD: neo4j.password,
    SELFSAME_NEO4J_BROWSER_URL: neo4j.httpUrl,
    SELFSAME_KAFKA_BROKERS: kafka.brokers,
    SELFSAME_REDIS_URL: redis.url,
    SELFSAME_ID_KEY_FILE: files.idKeyFile,
    SELFSAME_WAREHOUSE_FILE: files.warehouseFile,
  }).map(([name, value]) => `${name}=${quoted(value)}`)
  const aside = `${file}.${process.pid}`
  writeFileSync(aside, `${lines.join('\n')}\n`, { mode: 0o600 })
  renameSync(aside, file)
}

/** Quoted only where needed, in a way that Node's env files and shells read alike. */
function quoted(value: string): string {
  return /^[\w./:@%+=,-]*$/.test(value) ? value : `'${value}'`
}

export function stackEnvFile(folder: string): string {
  return join(folder, 'stack.env')
}
