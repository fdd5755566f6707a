import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Config } from '../../src/config.ts'
import { type Graph, openGraph } from '../../src/graph/graph.ts'
import { applySchema } from '../../src/graph/schema.ts'
import type { Rules } from '../../src/identity/resolve.ts'
import { createResolver } from '../../src/resolver/resolver.ts'
import type { Resolver } from '../../src/resolver/resolver-types.ts'
import { loadRules } from '../../src/rules.ts'
import { wipe } from '../../test/live.ts'
import type { Difference } from './differences.ts'
import { type ReturnedIds, watchIds } from './returned-ids.ts'
import type { RoundPlan } from './round.ts'
import { beginSaid, type Said } from './said.ts'
import { SESSION_TIMEOUT_MS } from './schedule.ts'
import { openSeat, type Seat } from './seat.ts'
import { flushRedis, portsOf, type Site } from './site.ts'
import { openWire, type Wire } from './wire.ts'

/** What a round works with, its graph empty and its seats too. */
export interface Round {
  readonly config: Config
  readonly folder: string
  readonly graph: Graph
  readonly rules: Rules
  /** Of the torture itself: it takes the decisions. */
  readonly resolver: Resolver
  readonly wire: Wire
  readonly said: Said
  readonly seats: readonly Seat[]
  readonly returned: ReturnedIds
  /** Leaves in the folder what is needed to look, and answers its path. */
  keep(differences: readonly Difference[]): Promise<string>
  /** Ends everything; the folder goes too, unless it is kept. */
  close(): Promise<void>
}

const PROJECTION_MS = 1500

export async function openRound(site: Site, { name, schedule, stream }: RoundPlan): Promise<Round> {
  const folder = join(site.folder, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const config = configOf(site, { name, folder, policy: stream.policy, batchSize: schedule.batchSize })
  const rules = loadRules(config)
  const graph = openGraph(config)
  await wipe(graph)
  await applySchema(graph)
  // The schedule of the round before has another interval and another warehouse in mind.
  await flushRedis(config.redis_url)
  const wire = openWire({
    ...{ brokers: config.kafka_brokers, group: name, ending: name },
    ...{ partitions: schedule.partitions, logger: site.logger },
  })
  await wire.makeTopics()
  const seats = await Promise.all(
    Array.from({ length: schedule.workers }, (_, number) =>
      openSeat({
        ...{ number, config, ports: portsOf(config), ending: name, sessionTimeoutMs: SESSION_TIMEOUT_MS },
        log: join(folder, `worker-${number}.log`),
      }),
    ),
  )
  let kept = false
  const leave = async () => {
    await Promise.all(seats.map((seat) => seat.close()))
    if (!kept) rmSync(folder, { recursive: true, force: true })
  }
  site.closing.add(leave)
  return {
    ...{ config, folder, graph, rules, wire, seats },
    resolver: createResolver({ graph, rules }),
    said: beginSaid(rules.policy, join(folder, 'stream.ndjson')),
    returned: watchIds(graph),
    async keep(differences) {
      kept = true
      writeFileSync(join(folder, 'schedule.json'), JSON.stringify(schedule, undefined, 2))
      const lines = differences.map((difference) => JSON.stringify(difference))
      writeFileSync(join(folder, 'differences.ndjson'), `${lines.join('\n')}\n`)
      for (const log of logsOf(site)) if (existsSync(log)) copyFileSync(log, join(folder, basename(log)))
      return folder
    },
    async close() {
      await leave()
      site.closing.delete(leave)
      await wire.deleteTopics().catch(() => undefined)
      await wire.close()
      await graph.close()
    },
  }
}

function configOf(
  site: Site,
  { name, folder, policy, batchSize }: { name: string; folder: string; policy: string; batchSize: number },
): Config {
  const policyFile = join(folder, 'policy.json')
  writeFileSync(policyFile, policy)
  return {
    ...site.config,
    policy_file: policyFile,
    warehouse_file: join(folder, 'warehouse', 'warehouse.duckdb'),
    kafka_group: name,
    worker_port: 0,
    batch_size: batchSize,
    projection_interval_ms: PROJECTION_MS,
    log_level: 'warn',
  }
}

function logsOf({ stack }: Site): string[] {
  return stack === undefined ? [] : ['neo4j', 'kafka', 'redis'].map((name) => join(stack.folder, 'logs', `${name}.log`))
}
