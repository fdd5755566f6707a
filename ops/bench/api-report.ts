import type { Measured } from './api-measures.ts'
import { count, round } from './in-words.ts'
import { median } from './median.ts'

/** The figures by which the API is judged. */
export function apiResult({ profile, ratio, hub, hostile, cached, zipf }: Measured) {
  const rate = (loads: Measured['cached']) => median(loads.map(({ perSecond }) => perSecond))
  return {
    p50_ms: round(profile.p50),
    p95_ms: round(profile.p95),
    throughput_ratio: round(rate(ratio.api) / rate(ratio.bare)),
    api_per_s: round(rate(ratio.api)),
    bare_per_s: round(rate(ratio.bare)),
    cached_p95_ms: round(median(cached.map(({ p95 }) => p95))),
    cached_per_s: round(rate(cached)),
    hit_rate: round(zipf.hitRate),
    unheard_rate: round(zipf.unheard),
    hub_p95_ms: round(hub.p95),
    hostile_max_ms: round(Math.max(...hostile.map((each) => each.median))),
    hostile_longest_ms: round(Math.max(...hostile.map(({ most }) => most))),
    hostile: Object.fromEntries(hostile.map((each) => [each.name, round(each.median)])),
  }
}

/** What each is to be, at most or at least. */
const BARS = [
  ['p50_ms', 'at most', 5],
  ['p95_ms', 'at most', 15],
  ['throughput_ratio', 'at least', 0.65],
  ['cached_p95_ms', 'at most', 8],
  ['cached_per_s', 'at least', 5000],
  ['hit_rate', 'at least', 0.95],
  ['hub_p95_ms', 'at most', 50],
  ['hostile_max_ms', 'at most', 15],
] as const

export function missedBy(result: ReturnType<typeof apiResult>): string | undefined {
  const missed = BARS.filter(([name, bound, bar]) => (bound === 'at most' ? result[name] > bar : result[name] < bar))
  if (missed.length === 0) return undefined
  return missed.map(([name, bound, bar]) => `${name} is ${result[name]}, to be ${bound} ${bar}`).join('; ')
}

export function inWords(measured: Measured): string[] {
  const result = apiResult(measured)
  return [
    `profile, one client, not remembered: p50 ${result.p50_ms} ms, p95 ${result.p95_ms} ms`,
    `16 clients: ${count(result.api_per_s)}/s, ${result.throughput_ratio} of ${count(result.bare_per_s)}/s by bare Cypher`,
    `16 clients, all remembered: ${count(result.cached_per_s)}/s, p95 ${result.cached_p95_ms} ms`,
    `drawn by Zipf while customers merge: ${round(100 * result.hit_rate)} % remembered`,
    `a page of the hub: p95 ${result.hub_p95_ms} ms`,
    `hostile questions: refused in ${result.hostile_max_ms} ms at most (medians), the longest in ${result.hostile_longest_ms} ms`,
  ]
}
