import { DAY, supportOf } from '../src/identity/evidence.ts'
import type { Observation } from '../src/identity/types.ts'
import { createFactTable, type FactTable } from './fact-table.ts'

/** What is known to be committed, as of one reading of the graph's epoch. Void, and knowing nothing, after a drop. */
export interface Known {
  /**
   * True only where joining the observation to the evidence would change nothing at all, its history included: where
   * `addObservation` of identity/evidence.ts would return false. False says nothing.
   */
  knows(observation: Observation): boolean
  /** Remembers an observation that the graph has committed. */
  learn(observation: Observation): void
}

/**
 * Remembers what this process has committed, so that what brings nothing new ends before the graph. It is a cache:
 * dropping it changes no result. Memory is bounded, see fact-table.ts.
 */
export interface NoveltyFilter {
  /** What is known while the graph's epoch is this one; another epoch than before drops everything. */
  at(epoch: number): Known
  drop(reason: DropReason): void
  /** Facts held. */
  readonly entries: number
}

/**
 * `epoch`: evidence was removed or repaired. `went_back`: the graph is an older one than was written to. `assigned`:
 * partitions changed hands, and whether the graph went back is only noticed where it is watched without a gap.
 */
type DropReason = 'epoch' | 'went_back' | 'assigned'

export interface NoveltyFilterOptions {
  /** Facts to hold at least; 0: none, and nothing is ever known. */
  readonly entries: number
  readonly onDrop?: (reason: DropReason) => void
}

const NOTHING: Known = { knows: () => false, learn: () => undefined }

export function createNoveltyFilter({ entries, onDrop }: NoveltyFilterOptions): NoveltyFilter {
  if (entries === 0) return { at: () => NOTHING, drop: () => undefined, entries: 0 }
  const table = createFactTable(entries)
  let epoch: number | undefined
  let drops = 0
  const drop = (reason: DropReason) => {
    drops += 1
    table.clear()
    onDrop?.(reason)
  }
  return {
    at(current) {
      if (epoch !== undefined && epoch !== current) drop('epoch')
      epoch = current
      // What was read before a drop and is committed after it may be about what the drop was for.
      const since = drops
      const valid = () => drops === since
      return {
        knows: (observation) => valid() && knows(table, observation),
        learn: (observation) => {
          if (valid()) learn(table, observation)
        },
      }
    },
    drop,
    get entries() {
      return table.size
    },
  }
}

function knows(table: FactTable, observation: Observation): boolean {
  const { observedAt, recordedAt } = observation
  for (const fact of factsOf(observation)) {
    const covered = table.find(fact)
    if (covered === undefined || observedAt < covered.first || recordedAt < covered.recorded) return false
    if (Math.floor(observedAt / DAY) > Math.floor(covered.last / DAY)) return false
  }
  for (const overlay of overlaysOf(observation)) {
    const covered = table.find(overlay)
    if (covered === undefined || observedAt > covered.last) return false
  }
  return true
}

function learn(table: FactTable, observation: Observation): void {
  const { observedAt, recordedAt } = observation
  for (const fact of factsOf(observation)) table.join(fact, observedAt, recordedAt)
  for (const overlay of overlaysOf(observation)) table.join(overlay, observedAt, recordedAt)
}

// No part holds a line feed but traits, which come last, as JSON: so no two facts are written alike.

/** A claim is one fact, its version: only what says exactly the same of the same time brings nothing. */
function factsOf(observation: Observation): string[] {
  const support = supportOf(observation)
  const { type, identifiers, record, observedAt } = observation
  if (type === 'record' || type === 'delete') {
    const keys = identifiers.map(({ key }) => key).join('\t')
    return [`${type}\n${support}\n${observedAt}\n${record?.account}\n${keys}\n${JSON.stringify(record?.traits)}`]
  }
  const facts: string[] = []
  for (const [index, { key }] of identifiers.entries()) {
    const fact = `${support}\n${key}`
    facts.push(fact)
    for (let other = index + 1; other < identifiers.length; other += 1) {
      facts.push(`${fact}\t${identifiers[other]?.key}`)
    }
  }
  return facts
}

/** The traits that an event lays over its record, each with its value: a value is news where it is told of a later time. */
function overlaysOf({ type, source, load, record }: Observation): string[] {
  if (record === undefined || type === 'record' || type === 'delete') return []
  const traits = Object.entries(record.traits)
  return traits.map((trait) => `overlay\n${source}|${load}\n${record.key}\n${JSON.stringify(trait)}`)
}
