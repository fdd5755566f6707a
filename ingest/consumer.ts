import { gather } from '../src/gather.ts'
import type { Graph } from '../src/graph/graph.ts'
import type { Policy } from '../src/identity/policy.ts'
import type { BusinessEvent } from '../src/identity/types.ts'
import type { Kafka, KafkaConsumer } from '../src/kafka.ts'
import type { Resolver } from '../src/resolver/resolver-types.ts'
import type { Logger, Metrics } from '../src/telemetry.ts'
import { DEAD_LETTERS, sendDeadLetters } from './dead-letters.ts'
import type { EventInbox } from './event-inbox.ts'
import { createGraphPositions, type GraphPositions, type Look } from './graph-positions.ts'
import { createHandler } from './handle-batch.ts'
import { createNoveltyFilter } from './novelty-filter.ts'
import { observeCommitted } from './observe.ts'
import { PARTITIONS, sources } from './sources/sources.ts'
import { takeTogether } from './take-together.ts'

export interface ConsumerDependencies {
  readonly kafka: Kafka
  readonly graph: Graph
  readonly resolver: Resolver
  readonly inbox: EventInbox
  readonly policy: Policy
  readonly metrics: Metrics
  readonly logger: Logger
  readonly group: string
  /** Messages a transaction, at most. */
  readonly batchSize: number
  /** Facts that the novelty filter remembers; 0: none. */
  readonly knownFacts: number
  /** The name a topic has in this deployment; default: its own. */
  readonly topicName?: ((topic: string) => string) | undefined
  readonly sessionTimeoutMs?: number | undefined
}

export interface ObservationConsumer {
  /** Undefined when it reads and what it reads can be applied; else what is in the way. */
  trouble(): string | undefined
  /** Ends the batches under way, commits them and leaves the group. */
  stop(): Promise<void>
}

/**
 * Transactions under way. Batches that follow each other speak of the same new people: two at once would wait for each
 * other's locks or create the same identifiers, and were slower than one after the other.
 */
const AT_ONCE = 1
/** How often the graph is asked where it stands while nothing comes in. */
const LOOK_MS = 5000

/**
 * Reads the source topics and brings every message to its end. The group's offset moves only when the graph has the
 * batch and the dead letters are safe; what fails for a while is tried again for as long as it takes.
 * Throws where Kafka cannot be reached at the start.
 */
export async function startConsumer(dependencies: ConsumerDependencies): Promise<ObservationConsumer> {
  const { kafka, graph, group, topicName = (topic) => topic, sessionTimeoutMs, metrics, logger } = dependencies
  const topics = new Map([...sources.keys()].map((topic) => [topicName(topic), topic]))
  await kafka.ensureTopics([
    ...[...topics.keys()].map((topic) => ({ topic, partitions: PARTITIONS })),
    { topic: topicName(DEAD_LETTERS) },
  ])
  const cluster = await kafka.clusterId()
  const producer = await kafka.producer()
  const troubles = new Map<string, string>()
  const positions = createGraphPositions(graph, cluster)
  let reader: KafkaConsumer | undefined
  const novelty = createNoveltyFilter({
    entries: dependencies.knownFacts,
    onDrop: (reason) => metrics.filterDrops.inc({ reason }),
  })
  const onWentBack = (behind: Look['behind']) => {
    if (behind.length === 0) return
    novelty.drop('went_back')
    metrics.wentBack.inc()
    for (const position of behind) {
      logger.warn({ ...position }, 'the graph is an older one than was written to: reading again from where it stands')
      positions.rewound(position)
      reader?.rewind(position)
    }
  }
  const handle = createHandler({
    ...{ cluster, positions, novelty, metrics, logger, onWentBack, policy: dependencies.policy },
    resolver: noting(positions, together(dependencies)),
    inbox: stagingTogether(dependencies.inbox),
    logicalTopic: (topic) => topics.get(topic) ?? topic,
    setAside: (refused) => sendDeadLetters({ producer, topic: topicName(DEAD_LETTERS) }, refused),
    onTrouble: (partition, code) =>
      void (code === undefined ? troubles.delete(partition) : troubles.set(partition, code)),
  })
  const reading = kafka.consume({
    group,
    topics: [...topics.keys()],
    onBatch: handle,
    mostMessages: dependencies.batchSize,
    mostUnderWay: (AT_ONCE + 1) * dependencies.batchSize,
    resumeAt: async (assigned) => {
      const known = await positions.resumeAt(assigned)
      // What was learned of other partitions, or before, has no offset that is watched any more.
      novelty.drop('assigned')
      return known
    },
    ...(sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs }),
  })
  const joined = await reading.catch(async (error: unknown) => {
    await producer.close().catch(() => undefined)
    throw error
  })
  reader = joined
  const looking = setInterval(
    () =>
      void positions.look().then(
        ({ behind }) => onWentBack(behind),
        () => undefined,
      ),
    LOOK_MS,
  )
  metrics.watch({ waiting: joined.waiting, filterEntries: () => novelty.entries })
  return {
    trouble: () => troubles.values().next().value ?? joined.trouble(),
    stop: async () => {
      clearInterval(looking)
      await joined.stop()
      await producer.close()
    },
  }
}

function together({ resolver, batchSize, metrics }: ConsumerDependencies): Resolver {
  return takeTogether({
    ...{ resolver, most: batchSize, atOnce: AT_ONCE },
    onCommitted: (result) => observeCommitted(metrics, result),
  })
}

/** The same, and what offsets were written is noted. */
function noting(positions: GraphPositions, resolver: Resolver): Resolver {
  return {
    async apply(batch) {
      const result = await resolver.apply(batch)
      for (const offset of batch.offsets ?? []) positions.wrote(offset)
      return result
    },
  }
}

/** What several partitions bring at once is one file. */
function stagingTogether(inbox: EventInbox): EventInbox {
  const stage = gather<readonly BusinessEvent[], void>({
    work: async (lists) => {
      await inbox.stage(lists.flat())
      return lists.map(() => undefined)
    },
  })
  return { stage }
}
