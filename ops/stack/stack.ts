import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { totalmem } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { SelfsameError } from '../../src/errors.ts'
import { type DownloadName, downloadFolder, ensureDownload, isDownloaded } from './downloads.ts'
import { createKafka } from './kafka.ts'
import { createNeo4j, type Neo4j } from './neo4j.ts'
import { ensurePrerequisites, findTools, type Prerequisite } from './prerequisites.ts'
import { createRedis } from './redis.ts'
import { answers, ensureRunning, runningProcess, stopService } from './run-service.ts'
import { openSecrets, type Secrets } from './secrets.ts'
import { PORTS_OF, type PortName, type Ports, SERVICE_NAMES, type Service, type ServiceName } from './service.ts'
import { stackEnvFile, writeStackEnv } from './stack-env.ts'
import { rememberedPorts, settlePorts } from './stack-ports.ts'
import { withLock } from './with-lock.ts'

export interface StackAddresses {
  readonly neo4j: { uri: string; httpUrl: string; user: string; password: string }
  readonly kafka: { brokers: string }
  readonly redis: { url: string }
}

export interface StackOptions {
  /** Stacks of different names run side by side. Default `local`. */
  readonly name?: string
  /** The folder everything lives under. Default `.selfsame` in the checkout. */
  readonly home?: string
  /** Ports that must be these; the others are chosen once, free, and remembered. */
  readonly ports?: Partial<Record<PortName, number>>
  /** Neo4j's heap at the start, in MiB; it may grow to twice that. Default 1024. */
  readonly heapMb?: number
  /** What Neo4j may hold in memory of its files, in MiB. Default a quarter of the machine's memory. */
  readonly pageCacheMb?: number
  /** Receives a line of progress now and then. */
  readonly report?: (line: string) => void
  /** The services wanted. Default all three. */
  readonly services?: readonly ServiceName[]
}

interface ServiceStatus {
  readonly service: ServiceName
  /** The process, when this stack started one and it still runs. */
  readonly pid: number | null
  /** Where it listens or will listen again; null before the first `up`. */
  readonly address: string | null
  readonly answering: boolean
}

export interface StackStatus {
  readonly name: string
  readonly folder: string
  readonly services: readonly ServiceStatus[]
}

export interface Stack {
  readonly name: string
  readonly folder: string
  /** Settings for selfsame, written by `up`. */
  readonly envFile: string
  /** Starts what does not run yet and resolves when every service truly answers. */
  up(): Promise<StackAddresses>
  /** Stops what this stack started. Data stays. */
  down(): Promise<void>
  status(): Promise<StackStatus>
  /** Stops the services and deletes their data; secrets, the id key and downloads stay. */
  reset(): Promise<void>
  /** Stops one service by the signal (default SIGTERM) and leaves it down. */
  stop(service: ServiceName, signal?: NodeJS.Signals): Promise<void>
  /** Stops one service by the signal (default SIGTERM) and starts it again on its ports. */
  restart(service: ServiceName, signal?: NodeJS.Signals): Promise<void>
  /** Stops Neo4j, dumps its database into the folder, in place of an older dump, and starts it again. */
  dump(into: string): Promise<void>
  /** Stops Neo4j, loads what was dumped into the folder in place of its database, and starts it again. */
  load(from: string): Promise<void>
}

type Services = Readonly<Record<ServiceName, Service>> & { readonly neo4j: Neo4j }

const CHECKOUT = resolve(import.meta.dirname, '..', '..')
const ignore = () => {}

/**
 * Neo4j with APOC and the Browser, Kafka and Redis as processes of this machine, on 127.0.0.1, without containers.
 * Nothing is started or written before a method is called. Throws `stack_name_invalid`.
 */
export function createStack(options: StackOptions = {}): Stack {
  const { name = 'local', ports: configured = {}, report = ignore, services = SERVICE_NAMES } = options
  const { heapMb = 1024, pageCacheMb = defaultPageCacheMb() } = options
  if (!isStackName(name))
    throw new SelfsameError('stack_name_invalid', `"${name}" is no name for a stack`, {
      remedy: 'use up to 41 letters, digits, dots, hyphens and underscores, a letter or digit first',
    })
  const home = resolve(options.home ?? join(CHECKOUT, '.selfsame'))
  const folder = join(home, 'stacks', name)
  const downloads = join(home, 'downloads')
  const envFile = stackEnvFile(folder)
  const warehouseFile = join(folder, 'data', 'warehouse', 'warehouse.duckdb')
  const tools = findTools()

  const alone = <Result>(work: () => Promise<Result>) =>
    withLock(join(folder, 'run', 'lock'), work, { onWait: () => report(`stack ${name} is busy: waiting`) })
  const secrets = () => openSecrets(join(folder, 'secrets'))
  const running = (service: ServiceName) => runningProcess(folder, service) !== undefined

  function servicesOn(ports: Ports, { neo4jPassword, redisPassword }: Secrets): Services {
    const java = { folder, ports, java: tools.java }
    const program = (of: DownloadName) => () => downloadFolder(downloads, of)
    return {
      neo4j: createNeo4j({ ...java, program: program('neo4j'), password: neo4jPassword, heapMb, pageCacheMb }),
      kafka: createKafka({ ...java, program: program('kafka') }),
      redis: createRedis({ folder, ports, password: redisPassword, redisServer: tools.redisServer }),
    }
  }

  /** The services where they were last; undefined before the first `up`. */
  function known(): Services | undefined {
    const ports = rememberedPorts(folder)
    return ports && servicesOn(ports, secrets())
  }

  async function fetchPrograms(): Promise<void> {
    const absent = services.filter((service) => !running(service))
    const fromMaven = absent.filter((service) => service !== 'redis')
    const missing = fromMaven.filter((service) => !isDownloaded(downloads, service))
    const wanted: Prerequisite[] = []
    if (fromMaven.length > 0) wanted.push('java')
    if (missing.length > 0) wanted.push('maven')
    if (absent.includes('redis')) wanted.push('redis')
    await ensurePrerequisites(wanted, report)
    for (const service of missing) await ensureDownload(service, { folder: downloads, maven: tools.maven, report })
  }

  async function up(): Promise<StackAddresses> {
    await fetchPrograms()
    const held = SERVICE_NAMES.filter(running).flatMap((service) => PORTS_OF[service])
    const ports = await settlePorts({ home, folder, name, configured, held })
    const opened = secrets()
    const each = servicesOn(ports, opened)
    mkdirSync(dirname(warehouseFile), { recursive: true })
    await whole(services.map((service) => ensureRunning(folder, each[service], report)))
    const addresses = addressesOf(ports, opened)
    writeStackEnv(envFile, addresses, { idKeyFile: opened.idKeyFile, warehouseFile })
    return addresses
  }

  async function stopServices(which: readonly ServiceName[], signal?: NodeJS.Signals): Promise<void> {
    const each = known()
    if (each === undefined) return
    await Promise.all(
      which.filter(running).map(async (service) => {
        report(`stopping ${service}`)
        await stopService(folder, each[service], signal)
      }),
    )
  }

  /** Neo4j Community dumps and loads only what nothing runs on. */
  async function offline(work: (neo4j: Neo4j) => Promise<void>): Promise<void> {
    await alone(async () => {
      const each = known()
      if (each === undefined) return
      await stopServices(['neo4j'])
      try {
        await work(each.neo4j)
      } finally {
        await ensureRunning(folder, each.neo4j, report)
      }
    })
  }

  return {
    name,
    folder,
    envFile,
    async up() {
      // Customers' data and secrets: nobody else's business.
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      return await alone(up)
    },
    async down() {
      if (existsSync(folder)) await alone(() => stopServices(services))
    },
    async status() {
      const each = known()
      const status = async (service: ServiceName): Promise<ServiceStatus> => {
        const pid = runningProcess(folder, service)?.pid ?? null
        const address = each?.[service].address ?? null
        return {
          service,
          pid,
          address,
          answering: pid !== null && each !== undefined && (await answers(each[service])),
        }
      }
      return { name, folder, services: await Promise.all(services.map(status)) }
    },
    async reset() {
      if (!existsSync(folder)) return
      await alone(async () => {
        await stopServices(SERVICE_NAMES)
        rmSync(join(folder, 'data'), { recursive: true, force: true })
      })
    },
    dump: (into) => offline((neo4j) => neo4j.dump(into)),
    load: (from) => offline((neo4j) => neo4j.load(from)),
    stop: (service, signal) => alone(() => stopServices([service], signal)),
    restart: (service, signal) =>
      alone(async () => {
        await stopServices([service], signal)
        const each = known()
        if (each !== undefined) await ensureRunning(folder, each[service], report)
      }),
  }
}

/** Whether a stack may be called that: the name becomes a folder. */
export function isStackName(name: string): boolean {
  return /^[a-zA-Z0-9][\w.-]{0,40}$/.test(name)
}

/**
 * In MiB: a quarter of the machine's memory. A graph whose files do not fit is read from the disk again and again (a
 * million records take 5 GB); what is not needed is not taken.
 */
export function defaultPageCacheMb(): number {
  return Math.floor(totalmem() / 4 / 1024 ** 2)
}

/** Waits for all, also when one fails: an `up` that has ended must not go on starting things. */
async function whole(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((each) => each.status === 'rejected')
  if (failed) throw failed.reason
}

function addressesOf(ports: Ports, secrets: Secrets): StackAddresses {
  return {
    neo4j: {
      uri: `bolt://127.0.0.1:${ports.bolt}`,
      httpUrl: `http://127.0.0.1:${ports.http}/browser/`,
      user: 'neo4j',
      password: secrets.neo4jPassword,
    },
    kafka: { brokers: `127.0.0.1:${ports.kafka}` },
    redis: { url: `redis://:${secrets.redisPassword}@127.0.0.1:${ports.redis}` },
  }
}
