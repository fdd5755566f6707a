import { randomOf } from '../../src/generator/random.ts'
import { openHttpConnection, requestOf } from './http-connection.ts'
import type { Job, Load } from './load.ts'
import { quantile } from './quantile.ts'
import { zipf } from './zipf.ts'

/** A load generator in a process of its own: does the jobs that its parent sends, one after another. */
const SEED = 11

process.on('message', async (job: Job) => {
  const result = await run(job)
  process.send?.(result)
})
process.once('disconnect', () => process.exit())
process.once('SIGTERM', () => process.exit())
process.send?.({ address: 'nowhere' })

async function run(job: Job): Promise<{ load: Load; wrong: string | undefined }> {
  const { url, headers, bodies, order, clients, seconds, expected } = job
  const draw = order === 'zipf' ? zipf(bodies.length, randomOf(SEED, 'novel', 0)) : inTurns(bodies.length)
  const latencies: number[] = []
  let wrong: string | undefined
  const requests = bodies.map((body) => requestOf(url, headers, body))
  const start = performance.now()
  const end = start + seconds * 1000
  const client = async () => {
    const connection = await openHttpConnection(url)
    while (performance.now() < end && wrong === undefined) {
      const request = requests[draw()]
      if (request === undefined) break
      const before = performance.now()
      const { status, body } = await connection.ask(request)
      latencies.push(performance.now() - before)
      if (status === expected.status && body.startsWith(expected.start)) continue
      wrong = `${status} ${body.slice(0, 200)}`
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: clients }, client))
  const took = (performance.now() - start) / 1000
  const of = (share: number) => quantile(latencies, share)
  const answers = latencies.length
  return {
    load: { perSecond: answers / took, answers, p50: of(0.5), p95: of(0.95), p99: of(0.99), most: of(1) },
    wrong,
  }
}

function inTurns(size: number): () => number {
  let place = -1
  return () => {
    place = (place + 1) % size
    return place
  }
}
