import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Graph } from '../graph/graph.ts'
import { type Projection, projectWarehouse } from '../warehouse/project.ts'
import { keepScheduled, QUEUE } from './schedule.ts'

export interface JobsOptions {
  readonly redisUrl: string
  readonly graph: Graph
  readonly warehouseFile: string
  /** Milliseconds from the start of one projection to that of the next. */
  readonly intervalMs: number
  readonly logger: Logger
}

export interface Jobs {
  /** Projects at once, in this process, until nothing is left, and returns what that did. */
  runNow(): Promise<Projection>
  /** Takes no further job, lets the page under way end, and leaves within 10 s. */
  close(): Promise<void>
}

const CLOSE_MS = 8000
// A worker that was killed while it projected is missed after about this long, and another takes over.
const LOCK_MS = 10_000
const STALLED_CHECK_MS = 5000
const KEPT_JOBS = { count: 20 }

/**
 * Runs the repeating jobs: the projection into the warehouse, one at a time whichever worker runs it. A run that fails
 * is not tried again: the next one does the same. Throws `redis_unreachable` where Redis does not answer at the
 * start; when it is lost or emptied later, jobs go on as soon as it is back.
 */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { redisUrl, graph, warehouseFile, intervalMs, logger } = options
  const stopping = new AbortController()
  const onError = (err: unknown) => logger.warn({ err }, 'jobs: Redis')
  // BullMQ waits on this connection for as long as it takes: it must not give up on requests.
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null })
  redis.on('error', onError)
  const schedule = await keepScheduled({ redis, intervalMs, onError }).catch((error: unknown) => {
    redis.disconnect()
    throw error
  })
  const project = () => projectWarehouse({ graph, warehouseFile, logger, signal: stopping.signal })
  const worker = new Worker(QUEUE, () => logged(project, logger), {
    connection: redis,
    concurrency: 1,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    removeOnComplete: KEPT_JOBS,
    removeOnFail: KEPT_JOBS,
  })
  worker.on('error', onError)
  return {
    async runNow() {
      const runs: Projection[] = []
      do runs.push(await logged(project, logger))
      while (runs.at(-1)?.more && !stopping.signal.aborted)
      return sum(runs)
    },
    async close() {
      stopping.abort()
      const closed = Promise.all([worker.close(), schedule.close()]).then(() => undefined, onError)
      await Promise.race([closed, sleep(CLOSE_MS, undefined, { ref: false })])
      redis.disconnect()
    },
  }
}

async function logged(project: () => Promise<Projection>, logger: Logger): Promise<Projection> {
  const start = performance.now()
  try {
    const done = await project()
    const { customers, formerCustomers, events, rejectedFiles } = done
    const idle = customers + formerCustomers + events + rejectedFiles === 0
    logger[idle ? 'debug' : 'info']({ ...done, ms: Math.round(performance.now() - start) }, 'warehouse projected')
    return done
  } catch (err) {
    logger.warn({ err }, 'the projection into the warehouse failed; the next one goes on')
    throw err
  }
}

function sum(runs: readonly Projection[]): Projection {
  const add = (of: 'customers' | 'formerCustomers' | 'events' | 'rejectedFiles') =>
    runs.reduce((total, run) => total + run[of], 0)
  return {
    customers: add('customers'),
    formerCustomers: add('formerCustomers'),
    events: add('events'),
    rejectedFiles: add('rejectedFiles'),
    more: runs.at(-1)?.more ?? false,
  }
}
