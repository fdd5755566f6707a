import { type Graph, openGraph } from '../../src/graph/graph.ts'
import { applySchema } from '../../src/graph/schema.ts'
import { type Kafka, openKafka } from '../../src/kafka.ts'
import { createLogger } from '../../src/telemetry.ts'
import type { Bench } from './bench-stack.ts'
import { type Environment, environmentOf, inWords } from './environment.ts'

/** What a benchmark stands on: the stack's graph, with its constraints, and its Kafka. */
export interface Ground {
  readonly bench: Bench
  readonly graph: Graph
  readonly kafka: Kafka
  readonly environment: Environment
}

/** Opens both until the benchmark ends, and says what it runs on. */
export async function openGround(bench: Bench): Promise<Ground> {
  const { config, say, atEnd } = bench
  const graph = openGraph(config)
  atEnd(() => graph.close())
  await applySchema(graph)
  const kafka = openKafka({ brokers: config.kafka_brokers, logger: createLogger({ process: 'bench', level: 'error' }) })
  atEnd(() => kafka.close())
  const environment = await environmentOf(graph, bench)
  say(inWords(environment))
  return { bench, graph, kafka, environment }
}
