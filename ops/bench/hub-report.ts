import { type Sample, sumBy } from '../demo/metrics.ts'
import type { Turn } from './hub-turn.ts'
import { count, round } from './in-words.ts'
import { median } from './median.ts'
import { quantile } from './quantile.ts'

export interface HubFigures {
  readonly turns: readonly { readonly without: Turn; readonly with: Turn }[]
  readonly left: { readonly pairs: number; readonly unresolved: number }
  readonly loadSeconds: number
  /** Of the worker, at the end. */
  readonly metrics: readonly Sample[]
}

export function turnInWords({ others, hub, hubSent }: Turn): string {
  const words = (values: readonly number[]) =>
    `${count(quantile(values, 0.5))} ms (p50), ${count(quantile(values, 0.99))} ms (p99)`
  const beside = hubSent === 0 ? 'without the hub' : `beside ${hubSent} events of the hub, which took ${words(hub)}`
  return `  others' events took ${words(others)} ${beside}`
}

/** What --json prints: medians over the turns. */
export function hubResult({ turns, left, loadSeconds, metrics }: HubFigures) {
  const over = (of: (turn: (typeof turns)[number]) => readonly number[], share: number) =>
    round(median(turns.map((turn) => quantile(of(turn), share))))
  const p99 = { with: over((turn) => turn.with.others, 0.99), without: over((turn) => turn.without.others, 0.99) }
  const total = (name: string) => [...sumBy(metrics, name, '').values()].reduce((sum, value) => sum + value, 0)
  return {
    others_p99_ratio: round(p99.with / p99.without),
    others_p99_ms: p99.with,
    others_p99_without_ms: p99.without,
    others_p50_ms: over((turn) => turn.with.others, 0.5),
    others_p50_without_ms: over((turn) => turn.without.others, 0.5),
    hub_p50_ms: over((turn) => turn.with.hub, 0.5),
    hub_p99_ms: over((turn) => turn.with.hub, 0.99),
    hub_events: turns.reduce((sum, turn) => sum + turn.with.hubSent, 0),
    unresolved_identifiers: left.unresolved,
    hub_pairs: left.pairs,
    load_s: round(loadSeconds),
    slow_path_components: total('selfsame_slow_path_components_total'),
    unresolved_components: total('selfsame_unresolved_components_total'),
    turns: turns.map((turn) => ({
      with: { p99_ms: round(quantile(turn.with.others, 0.99)), samples: turn.with.others.length },
      without: { p99_ms: round(quantile(turn.without.others, 0.99)), samples: turn.without.others.length },
    })),
  }
}
