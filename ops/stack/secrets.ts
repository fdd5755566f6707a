import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the stack generates once and keeps through every reset, in files only their owner may read. */
export interface Secrets {
  readonly neo4jPassword: string
  readonly redisPassword: string
  /** The path of the key that customer ids are derived with: 32 random bytes in hexadecimal. */
  readonly idKeyFile: string
}

/** Reads the secrets of `folder`, making those that are not there yet. Safe when two processes come at once. */
export function openSecrets(folder: string): Secrets {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const secret = (name: string, bytes: number): string => {
    const file = join(folder, name)
    if (!existsSync(file)) create(file, randomBytes(bytes).toString('hex'))
    return readFileSync(file, 'utf8').trim()
  }
  secret('id-key', 32)
  return {
    neo4jPassword: secret('neo4j-password', 16),
    redisPassword: secret('redis-password', 16),
    idKeyFile: join(folder, 'id-key'),
  }
}

function create(file: string, value: string): void {
  const aside = `${file}.${process.pid}`
  writeFileSync(aside, `${value}\n`, { mode: 0o600 })
  try {
    // Linked, not renamed: of two who come at once the first wins, and both read the same secret after.
    linkSync(aside, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(aside)
  }
}
