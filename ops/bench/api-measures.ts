import { SelfsameError } from '../../src/errors.ts'
import { hostileQuestions } from '../../test/hostile-questions.ts'
import { scrape, sumBy } from '../demo/metrics.ts'
import { apiHeaders, hubBody } from './api-questions.ts'
import { round } from './in-words.ts'
import type { Job, Load, RunLoad } from './load.ts'
import { median } from './median.ts'
import { untilNoFaster } from './until-no-faster.ts'

export interface Measured {
  /** One client. */
  readonly profile: Load
  readonly ratio: { readonly api: readonly Load[]; readonly bare: readonly Load[] }
  readonly hub: Load
  /** Milliseconds of each kind, the median of all times it was asked, and the single longest. */
  readonly hostile: readonly { readonly name: string; readonly median: number; readonly most: number }[]
  readonly cached: readonly Load[]
  /** `unheard`: asked while nobody knew what had changed, because the graph was too busy to say. */
  readonly zipf: { readonly load: Load; readonly hitRate: number; readonly unheard: number }
}

export interface Measuring {
  readonly url: string
  readonly load: RunLoad
  readonly bodies: readonly string[]
  readonly seconds: number
  /** Resolves when the events that came in so far are committed: what is measured is a stream, not a backlog. */
  readonly caughtUp: () => Promise<void>
  readonly say: (line: string) => void
}

const CLIENTS = 16
const WARM_UP_S = 5
/** Few enough that the worker keeps up with what comes in. */
const WARMING_CLIENTS = 4
/** Enough to ask about each once. */
const SWEEP_S = 30
const ANSWERED = { status: 200, start: '{"data":{"identifier":{' }
function job({ url, bodies, seconds }: Measuring): Job {
  return { url, bodies, seconds, headers: apiHeaders(), order: 'turns', clients: 1, expected: ANSWERED }
}

/** Beside a stream: what had piled up before is done by then. */
async function measure({ load, caughtUp }: Measuring, job: Job): Promise<Load> {
  await caughtUp()
  return await load(job)
}

/** Both servers in turn, until neither answers faster. */
export async function warm(options: Measuring & { readonly bareUrl: string }): Promise<void> {
  const { load, bareUrl, caughtUp, say } = options
  const asking = { ...job(options), clients: WARMING_CLIENTS }
  const ask = async () => {
    await load({ ...asking, url: bareUrl })
    return await load(asking)
  }
  await untilNoFaster({ what: 'the store', unit: 'answers', work: ask, rest: caughtUp, say })
}

export async function measureProfile(options: Measuring): Promise<Load> {
  const measured = await measure(options, job(options))
  options.say(`  one client: p50 ${round(measured.p50)} ms, p95 ${round(measured.p95)} ms`)
  return measured
}

/** In turns, so that what else goes on is alike for both. */
export async function measureRatio(
  options: Measuring & { readonly bareUrl: string; readonly runs: number },
): Promise<Measured['ratio']> {
  const { load, bareUrl, runs, say } = options
  const both = { api: [] as Load[], bare: [] as Load[] }
  const crowd = { ...job(options), clients: CLIENTS }
  await load({ ...crowd, url: bareUrl, seconds: WARM_UP_S })
  for (let run = 1; run <= runs; run += 1) {
    both.bare.push(await measure(options, { ...crowd, url: bareUrl }))
    both.api.push(await measure(options, crowd))
    const [api, bare] = [both.api.at(-1)?.perSecond ?? 0, both.bare.at(-1)?.perSecond ?? 0]
    say(`  run ${run}: ${round(api)}/s, bare ${round(bare)}/s: ${round(api / bare)}`)
  }
  return both
}

export async function measureHub(options: Measuring & { readonly neighbours: number }): Promise<Load> {
  const bodies = Array.from({ length: 500 }, (_, n) => hubBody(`hub:${1 + ((n * 97) % options.neighbours)}`))
  const asking = { ...job(options), bodies }
  await options.load({ ...asking, seconds: WARM_UP_S })
  return await measure(options, asking)
}

const TIMES = 21

/** Each time worded anew: what was refused once is refused without looking. */
export async function measureHostile({ url }: Measuring): Promise<Measured['hostile']> {
  const results: { name: string; median: number; most: number }[] = []
  for (const { name, payload, status } of hostileQuestions()) {
    const times: number[] = []
    for (let time = 0; time < TIMES; time += 1) {
      const body = JSON.stringify(reworded(payload, `${time} ${Math.random()}`))
      const start = performance.now()
      const answer = await fetch(`${url}/graphql`, { method: 'POST', headers: apiHeaders(), body })
      await answer.text()
      times.push(performance.now() - start)
      if (answer.status !== status) throw new SelfsameError('bench_wrong', `${name} was answered ${answer.status}`)
    }
    results.push({ name, median: median(times), most: Math.max(...times) })
  }
  return results
}

function reworded(payload: unknown, comment: string): unknown {
  if (Array.isArray(payload)) return payload.map((part) => reworded(part, comment))
  const { query, ...rest } = payload as { query: string }
  return { query: `${query} # ${comment}`, ...rest }
}

/** A few customers again and again, so that all are remembered; then all of them, as they would be asked about. */
export async function measureCached(
  options: Measuring & { readonly runs: number },
): Promise<Pick<Measured, 'cached' | 'zipf'>> {
  const { url, load, bodies, seconds, runs, caughtUp, say } = options
  const few = { ...job(options), bodies: bodies.slice(0, 300), clients: CLIENTS }
  await untilNoFaster({ what: 'the server', unit: 'answers', work: () => load(few), rest: caughtUp, say })
  const cached: Load[] = []
  for (let run = 1; run <= runs; run += 1) {
    const measured = await measure(options, few)
    cached.push(measured)
    say(`  run ${run}: remembered ${round(measured.perSecond)}/s, p95 ${round(measured.p95)} ms`)
  }
  const many: Job = { ...job(options), order: 'zipf', clients: CLIENTS }
  // As they are once it has gone on for long: each was asked about before.
  await load({ ...many, order: 'turns', seconds: SWEEP_S })
  await load({ ...many, seconds })
  const before = await answersOf(url)
  const drawn = await load({ ...many, seconds: 2 * seconds })
  const after = await answersOf(url)
  const of = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0)
  const hits = of('memory') + of('redis')
  const all = hits + of('none') + of('off')
  const [hitRate, unheard] = [hits / all, of('off') / all]
  say(`  as drawn by Zipf: ${round(drawn.perSecond)}/s, ${round(100 * hitRate)} % remembered`)
  return { cached, zipf: { load: drawn, hitRate, unheard } }
}

async function answersOf(url: string): Promise<Map<string, number>> {
  return sumBy(await scrape(url), 'selfsame_cached_answers_total', 'answer')
}
