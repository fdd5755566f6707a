import type { BatchResult } from '../src/resolver/resolver-types.ts'
import type { Metrics } from '../src/telemetry.ts'
import type { Outcome } from './outcome.ts'

/** Counts what a transaction did. */
export function observeCommitted(metrics: Metrics, result: BatchResult): void {
  const { outcomes, timings, identifiersCreated, edgesCreated, slowPath, refused } = result
  metrics.batchSize.observe(outcomes.length)
  for (const [step, milliseconds] of Object.entries(timings))
    metrics.batchSeconds.observe({ step }, milliseconds / 1000)
  metrics.created.inc({ what: 'identifiers' }, identifiersCreated)
  metrics.created.inc({ what: 'edges' }, edgesCreated)
  metrics.refused.inc(refused)
  if (slowPath.components + slowPath.unresolved === 0) return
  metrics.slowPathIdentifiers.observe(slowPath.identifiers)
  metrics.slowPathComponents.inc(slowPath.components)
  metrics.unresolved.inc(slowPath.unresolved)
}

/** Counts how messages ended. */
export function observeOutcomes(metrics: Metrics, outcomes: readonly Outcome[], topic: string): void {
  const counts = new Map<string, number>()
  for (const outcome of outcomes) {
    counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1)
    if (outcome.kind === 'dead_letter') metrics.deadLetters.inc({ reason: outcome.reason })
  }
  for (const [outcome, count] of counts) metrics.events.inc({ outcome, topic }, count)
}
