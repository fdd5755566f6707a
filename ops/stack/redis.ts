import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Ports, Service } from './service.ts'

export interface RedisDependencies {
  /** The stack's folder. */
  readonly folder: string
  readonly ports: Ports
  readonly password: string
  readonly redisServer: () => string
}

/** Redis, asking for a password and keeping an append-only file. */
export function createRedis({ folder, ports, password, redisServer }: RedisDependencies): Service {
  const home = join(folder, 'run', 'redis')
  const data = join(folder, 'data', 'redis')
  const conf = join(home, 'redis.conf')

  return {
    name: 'redis',
    address: `127.0.0.1:${ports.redis}`,
    logFile: join(folder, 'logs', 'redis.log'),
    startMs: 60_000,
    stopMs: 15_000,
    async prepare() {
      mkdirSync(home, { recursive: true })
      mkdirSync(data, { recursive: true })
      const template = readFileSync(join(import.meta.dirname, 'redis.conf'), 'utf8')
      // In a file, not on the command line, which every user of the machine could read.
      const own = [`port ${ports.redis}`, `dir "${data}"`, `requirepass ${password}`]
      writeFileSync(conf, `${template}\n${own.join('\n')}\n`, { mode: 0o600 })
      return { command: redisServer(), args: [conf] }
    },
    async probe() {
      const redis = new Redis({
        host: '127.0.0.1',
        port: ports.redis,
        password,
        lazyConnect: true,
        connectTimeout: 2000,
        commandTimeout: 2000,
        maxRetriesPerRequest: 0,
        enableReadyCheck: false,
        retryStrategy: () => null,
      })
      // Without a listener a refused connection would be printed; the promise below tells it.
      redis.on('error', () => {})
      try {
        await redis.connect()
        await redis.ping()
      } finally {
        redis.disconnect()
      }
    },
  }
}
