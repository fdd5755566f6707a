import { bug } from '../errors.ts'
import type { Policy } from './policy.ts'
import type { NeighbourCounts } from './status.ts'
import type { Kind } from './types.ts'

/** Neighbours by kind of numbered identifiers, counted for those kinds alone that the policy limits. */
export interface NeighbourTable {
  /** Adds an identifier of this kind, under the next number from 0. */
  add(kind: Kind): void
  /** Counts one more neighbour of an identifier. */
  count(of: number, neighbour: number): void
  /** Those of which there are any. */
  of(identifier: number): NeighbourCounts
}

/** One flat list of numbers holds all counts: an identifier's begin at its offset, in the order of its kind's limits. */
export function createNeighbourTable(policy: Policy): NeighbourTable {
  const names: Kind[] = []
  const limited: (readonly Kind[])[] = []
  const numbers = new Map<Kind, number>()
  const kinds: number[] = []
  const offsets: number[] = []
  const counts: number[] = []

  function numberOf(kind: Kind): number {
    const known = numbers.get(kind)
    if (known !== undefined) return known
    numbers.set(kind, names.length)
    limited.push(Object.keys(policy.kinds[kind]?.sharedAbove ?? {}))
    return names.push(kind) - 1
  }
  const limitsOf = (identifier: number) => limited[kinds[identifier] ?? -1] ?? bug('an identifier that was not added')

  return {
    add(kind) {
      const number = numberOf(kind)
      kinds.push(number)
      offsets.push(counts.length)
      for (const _ of limited[number] ?? []) counts.push(0)
    },
    count(of, neighbour) {
      const slot = limitsOf(of).indexOf(names[kinds[neighbour] ?? -1] ?? bug('a neighbour that was not added'))
      if (slot < 0) return
      const at = (offsets[of] ?? 0) + slot
      counts[at] = (counts[at] ?? 0) + 1
    },
    of(identifier) {
      const offset = offsets[identifier] ?? 0
      const neighbours = new Map<Kind, number>()
      for (const [slot, kind] of limitsOf(identifier).entries()) {
        const number = counts[offset + slot] ?? 0
        if (number > 0) neighbours.set(kind, number)
      }
      return neighbours
    },
  }
}
