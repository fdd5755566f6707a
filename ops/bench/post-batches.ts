import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Posting {
  readonly url: string
  readonly secret: string
  readonly connections: number
  /** Bodies of requests, one after another. */
  readonly bodies: readonly Buffer[]
  /** After which it gives up, in milliseconds. */
  readonly patienceMs: number
  /** Is told how many requests have been acknowledged. */
  readonly onAcknowledged: (count: number) => void
}

export interface Posted {
  readonly ms: number
  /** Places of the bodies that were acknowledged. */
  readonly acknowledged: readonly number[]
  /** Requests that were not, and were sent again. */
  readonly repeated: number
}

const PAUSE_MS = 250

/**
 * Posts each body until it is acknowledged, over so many connections that stay open. What is answered otherwise, or not
 * at all, is sent again after a pause, as the libraries of senders do.
 */
export async function postBatches(posting: Posting): Promise<Posted> {
  const { bodies, connections, patienceMs, onAcknowledged } = posting
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const start = performance.now()
  const acknowledged: number[] = []
  const places = bodies.keys()
  let repeated = 0
  const connection = async () => {
    for (const place of places) {
      while (performance.now() - start < patienceMs) {
        const status = await post(posting, agent, bodies[place] as Buffer).catch(() => 0)
        if (status === 202) {
          onAcknowledged(acknowledged.push(place))
          break
        }
        repeated += 1
        await sleep(PAUSE_MS)
      }
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  const ms = performance.now() - start
  agent.destroy()
  return { ms, acknowledged, repeated }
}

function post({ url, secret }: Posting, agent: Agent, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    const sent = request(`${url}/v1/batch`, { method: 'POST', agent, auth: `${secret}:`, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0))
      answer.once('error', reject)
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
