import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { probeKafka } from './probe-kafka.ts'
import { runToEnd } from './run-to-end.ts'
import { BRIEF_JAVA, type Ports, type Service } from './service.ts'

export interface KafkaDependencies {
  /** The stack's folder. */
  readonly folder: string
  readonly ports: Ports
  readonly java: () => string
  /** Where the jars are: `lib/`. */
  readonly program: () => string
}

/** One Kafka broker, its own controller. */
export function createKafka({ folder, ports, java, program }: KafkaDependencies): Service {
  const brokers = `127.0.0.1:${ports.kafka}`
  const home = join(folder, 'run', 'kafka')
  const data = join(folder, 'data', 'kafka')
  const properties = join(home, 'server.properties')
  const logging = `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'kafka-log4j2.xml')}`
  const javaArgs = [logging, '-Dlog4j2.disable.jmx=true', '-cp', `${program()}/lib/*`]

  function configure(): void {
    mkdirSync(home, { recursive: true })
    mkdirSync(data, { recursive: true })
    const own = {
      listeners: `PLAINTEXT://${brokers},CONTROLLER://127.0.0.1:${ports.kafkaController}`,
      'advertised.listeners': `PLAINTEXT://${brokers},CONTROLLER://127.0.0.1:${ports.kafkaController}`,
      'controller.quorum.bootstrap.servers': `127.0.0.1:${ports.kafkaController}`,
      'log.dirs': data,
    }
    const lines = Object.entries(own).map(([key, value]) => `${key}=${value}`)
    const template = readFileSync(join(import.meta.dirname, 'kafka.properties'), 'utf8')
    writeFileSync(properties, `${template}\n${lines.join('\n')}\n`, { mode: 0o600 })
  }

  async function format(): Promise<void> {
    const bytes = randomBytes(16)
    // An id that begins with a dash, one of 64, is taken for an option: a byte of 0 makes it begin with an A.
    bytes[0] = 0
    const clusterId = bytes.toString('base64url')
    const storage = ['kafka.tools.StorageTool', 'format', '--standalone', '--cluster-id', clusterId]
    await runToEnd({ command: java(), args: [...BRIEF_JAVA, ...javaArgs, ...storage, '--config', properties] })
  }

  return {
    name: 'kafka',
    address: brokers,
    logFile: join(folder, 'logs', 'kafka.log'),
    startMs: 180_000,
    stopMs: 30_000,
    async prepare() {
      configure()
      if (!existsSync(join(data, 'meta.properties'))) await format()
      return {
        command: java(),
        args: [
          '-Xms256m',
          '-Xmx512m',
          '-XX:+UseG1GC',
          '-XX:+ExitOnOutOfMemoryError',
          ...javaArgs,
          'kafka.Kafka',
          properties,
        ],
      }
    },
    probe: () => probeKafka(ports.kafka),
  }
}
