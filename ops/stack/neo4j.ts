import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import neo4j from 'neo4j-driver'
import { runToEnd } from './run-to-end.ts'
import { BRIEF_JAVA, type Ports, type Service } from './service.ts'

const SET_PASSWORD = ['org.neo4j.cli.AdminTool', 'dbms', 'set-initial-password']

export interface Neo4jDependencies {
  /** The stack's folder. */
  readonly folder: string
  readonly ports: Ports
  readonly password: string
  /** The heap at the start, in MiB; it may grow to twice that. */
  readonly heapMb: number
  /** What may be held in memory of the files of the store, in MiB: taken as it is needed. */
  readonly pageCacheMb: number
  readonly java: () => string
  /** Where the jars are: `lib/`, and `plugins/` with APOC. */
  readonly program: () => string
}

export interface Neo4j extends Service {
  /** Dumps the database into the folder, in place of an older dump. Nothing may run on it. */
  dump(into: string): Promise<void>
  /** Loads what was dumped into the folder, in place of the database. Nothing may run on it. */
  load(from: string): Promise<void>
}

/** Neo4j Community with APOC and the Browser. */
export function createNeo4j(dependencies: Neo4jDependencies): Neo4j {
  const { folder, ports, password, heapMb, pageCacheMb, java, program } = dependencies
  const uri = `bolt://127.0.0.1:${ports.bolt}`
  const home = join(folder, 'run', 'neo4j')
  const conf = join(home, 'conf')
  const data = join(folder, 'data', 'neo4j')
  const env = { NEO4J_HOME: home, NEO4J_CONF: conf }

  function configure(): void {
    mkdirSync(conf, { recursive: true })
    mkdirSync(data, { recursive: true })
    const own = {
      'server.memory.pagecache.size': `${pageCacheMb}m`,
      'server.bolt.listen_address': `127.0.0.1:${ports.bolt}`,
      'server.bolt.advertised_address': `127.0.0.1:${ports.bolt}`,
      'server.http.listen_address': `127.0.0.1:${ports.http}`,
      'server.http.advertised_address': `127.0.0.1:${ports.http}`,
      'server.directories.data': data,
      'server.directories.logs': join(folder, 'logs', 'neo4j'),
      'server.directories.plugins': join(program(), 'plugins'),
    }
    const lines = Object.entries(own).map(([key, value]) => `${key}=${value}`)
    const template = readFileSync(join(import.meta.dirname, 'neo4j.conf'), 'utf8')
    writeFileSync(join(conf, 'neo4j.conf'), `${template}\n${lines.join('\n')}\n`, { mode: 0o600 })
  }

  async function setPassword(): Promise<void> {
    const args = join(home, 'password.args')
    // In a file, not on the command line, which every user of the machine could read.
    writeFileSync(args, `${password}\n`, { mode: 0o600 })
    try {
      await runToEnd({
        command: java(),
        args: [...BRIEF_JAVA, '-cp', `${program()}/lib/*`, ...SET_PASSWORD, `@${args}`],
        env,
      })
    } finally {
      rmSync(args)
    }
  }

  async function administer(args: readonly string[]): Promise<void> {
    const tool = ['-cp', `${program()}/lib/*`, 'org.neo4j.cli.AdminTool', 'database', ...args]
    await runToEnd({ command: java(), args: [...BRIEF_JAVA, ...tool], env })
  }

  return {
    name: 'neo4j',
    address: uri,
    logFile: join(folder, 'logs', 'neo4j.log'),
    startMs: 300_000,
    stopMs: 60_000,
    async prepare() {
      configure()
      // Only before the first start of this data: afterwards the password is in the system database.
      if (!existsSync(join(data, 'databases', 'system'))) await setPassword()
      const classes = [`${program()}/plugins/*`, `${conf}/*`, `${program()}/lib/*`].join(':')
      return {
        command: java(),
        args: [
          `-Xms${heapMb}m`,
          `-Xmx${heapMb * 2}m`,
          // On two cores a collector that works beside the transactions takes a quarter of them.
          '-XX:+UseParallelGC',
          // Where the system gives pages of 2 MB to who asks for them: a twentieth of a batch. Elsewhere it is told and left.
          '-XX:+UseTransparentHugePages',
          // Java 17 drops compiled code that did not run for a moment, most of it at once, and compiles it again: without
          // end, on three quarters of a core. Kept, all of it must have room (decision 0020).
          '-XX:-UseCodeCacheFlushing',
          '-XX:ReservedCodeCacheSize=512m',
          '-XX:+UnlockExperimentalVMOptions',
          '-XX:+TrustFinalNonStaticFields',
          '-XX:-OmitStackTraceInFastThrow',
          '-XX:+ExitOnOutOfMemoryError',
          '--add-opens=java.base/java.nio=ALL-UNNAMED',
          '--add-opens=java.base/java.io=ALL-UNNAMED',
          '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
          '-Dio.netty.tryReflectionSetAccessible=true',
          '-Dlog4j2.disable.jmx=true',
          '-Dfile.encoding=UTF-8',
          '-cp',
          classes,
          'org.neo4j.server.CommunityEntryPoint',
          `--home-dir=${home}`,
          `--config-dir=${conf}`,
          '--console-mode',
        ],
        env,
      }
    },
    async dump(into) {
      mkdirSync(into, { recursive: true, mode: 0o700 })
      await administer(['dump', 'neo4j', `--to-path=${into}`, '--overwrite-destination=true'])
    },
    load: (from) => administer(['load', 'neo4j', `--from-path=${from}`, '--overwrite-destination=true']),
    async probe() {
      const driver = neo4j.driver(uri, neo4j.auth.basic('neo4j', password), {
        connectionTimeout: 2000,
        connectionAcquisitionTimeout: 3000,
        maxTransactionRetryTime: 0,
      })
      try {
        await driver.executeQuery('RETURN 1 AS one, apoc.version() AS apoc', {}, { database: 'neo4j' })
      } finally {
        await driver.close()
      }
      const browser = await fetch(`http://127.0.0.1:${ports.http}/browser/`, { signal: AbortSignal.timeout(3000) })
      await browser.body?.cancel()
      if (!browser.ok) throw new Error(`the Browser answers ${browser.status}`)
    },
  }
}
