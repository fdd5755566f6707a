import { type Score, score } from './score.ts'
import { readTruth, thingOf } from './truth-file.ts'

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

/**
 * Scores the graph against a truth file: about identifiers, or with `source` about the records of that source.
 * `open` is called once the file has been read whole, so that a bad file costs no connection.
 * @throws SelfsameError of reading the truth, and what the maps throw
 */
export async function evaluate(
  { file, source }: { file: string; source?: string | undefined },
  open: () => Promise<Maps>,
): Promise<Evaluation> {
  const truth = await readTruth(file, source === undefined ? 'identifiers' : 'records')
  const predicted = new Map<string, string>()
  let [unassigned, unjudged] = [0, 0]
  for await (const { thing, customerId } of things(await open(), source)) {
    if (customerId !== undefined) predicted.set(thing, customerId)
    else if (truth.entities.has(thing)) unassigned++
    else unjudged++
  }
  const result = score(truth.entities, predicted)
  return {
    ...result,
    unknown: result.missing - unassigned,
    unassigned,
    unjudged_without_customer: unjudged,
    contradicting_rows: truth.contradicting,
  }
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
