import { type Clustering, type Score, score } from './score.ts'
import { type Truth, thingOf } from './truth-file.ts'

/** What the graph says today, as `selfsame export` would write it. */
export interface Maps {
  /** Every identifier; no customer where it is shared, blocked or unsupported. */
  identityMap(): AsyncIterable<{ kind: string; value: string; customerId: string | undefined }>
  /** Every record of a source; no customer where its account has none. */
  recordMap(source: string): AsyncIterable<{ recordId: string; customerId: string | undefined }>
}

export interface Evaluation extends Score {
  /** Things of the truth that the graph has never seen. */
  readonly unknown: number
  /** Things of the truth that the graph knows but gives no customer: shared, blocked or unsupported. */
  readonly unassigned: number
  /** Things of the graph that have no customer and are not in the truth. */
  readonly unjudged_without_customer: number
  /** Rows of the truth that contradict an earlier one, which then does not count. */
  readonly contradicting_rows: number
}

export interface Evaluated {
  readonly evaluation: Evaluation
  /** Thing → customer, as the graph says: what was scored. */
  readonly predicted: Clustering
}

/** Scores the graph against a truth: about identifiers, or with `source` about the records of that source. */
export async function evaluate(truth: Truth, maps: Maps, source?: string): Promise<Evaluated> {
  const predicted = new Map<string, string>()
  let [unassigned, unjudged] = [0, 0]
  for await (const { thing, customerId } of things(maps, source)) {
    if (customerId !== undefined) predicted.set(thing, customerId)
    else if (truth.entities.has(thing)) unassigned++
    else unjudged++
  }
  const result = score(truth.entities, predicted)
  const evaluation = {
    ...result,
    unknown: result.missing - unassigned,
    unassigned,
    unjudged_without_customer: unjudged,
    contradicting_rows: truth.contradicting,
  }
  return { evaluation, predicted }
}

async function* things(
  maps: Maps,
  source: string | undefined,
): AsyncGenerator<{ thing: string; customerId: string | undefined }> {
  if (source === undefined) {
    for await (const { kind, value, customerId } of maps.identityMap())
      yield { thing: thingOf({ kind, value }), customerId }
    return
  }
  for await (const { recordId, customerId } of maps.recordMap(source)) yield { thing: recordId, customerId }
}
