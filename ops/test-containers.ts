import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KafkaContainer } from '@testcontainers/kafka'
import { Neo4jContainer } from '@testcontainers/neo4j'
import { GenericContainer, Wait } from 'testcontainers'

/** A stack on testcontainers, with the file of its addresses that live tests read. */
export interface Containers {
  readonly envFile: string
  stop(): Promise<void>
}

/** Starts Neo4j with APOC, Kafka and Redis in containers. Needs an engine that can pull the official images. */
export async function startContainers(): Promise<Containers> {
  const password = randomBytes(16).toString('hex')
  const [neo4j, kafka, redis] = await Promise.all([
    new Neo4jContainer('neo4j:5.26-community').withPassword(password).withApoc().start(),
    // Kafka 4.0 as Confluent builds it: the start script of the module is made for that image.
    new KafkaContainer('confluentinc/cp-kafka:8.0.0')
      .withEnvironment({ KAFKA_MESSAGE_MAX_BYTES: '10485760', KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000' })
      .start(),
    new GenericContainer('redis:7')
      .withExposedPorts(6379)
      .withWaitStrategy(Wait.forLogMessage('Ready to accept connections'))
      .start(),
  ])
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-containers-'))
  const idKey = join(folder, 'id-key')
  writeFileSync(idKey, randomBytes(32).toString('hex'), { mode: 0o600 })
  const envFile = join(folder, 'stack.env')
  const settings = {
    SELFSAME_NEO4J_URI: neo4j.getBoltUri(),
    SELFSAME_NEO4J_USER: neo4j.getUsername(),
    SELFSAME_NEO4J_PASSWORD: password,
    SELFSAME_KAFKA_BROKERS: `${kafka.getHost()}:${kafka.getMappedPort(9093)}`,
    SELFSAME_REDIS_URL: `redis://${redis.getHost()}:${redis.getMappedPort(6379)}`,
    SELFSAME_ID_KEY_FILE: idKey,
    SELFSAME_WAREHOUSE_FILE: join(folder, 'warehouse.duckdb'),
  }
  writeFileSync(
    envFile,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
    { mode: 0o600 },
  )
  return {
    envFile,
    async stop() {
      await Promise.all([neo4j.stop(), kafka.stop(), redis.stop()])
      rmSync(folder, { recursive: true })
    },
  }
}
