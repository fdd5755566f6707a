import { hash, randomBytes } from 'node:crypto'
import type { Millis } from '../src/identity/types.ts'

/** What committed observations say of one fact: when it was seen first, with the least recordedAt of then, and last. */
interface Covered {
  readonly first: Millis
  readonly recorded: Millis
  readonly last: Millis
}

/**
 * Facts by 128 bits of a salted SHA-256, in flat arrays that the garbage collector does not walk: 57 bytes a fact. Two
 * generations bound it: the young one fills, becomes the old one, and what was not asked for meanwhile is forgotten.
 */
export interface FactTable {
  /** Facts held, those that both generations hold counted twice. */
  readonly size: number
  find(fact: string): Covered | undefined
  /** Joins a sighting into what is held of the fact. */
  join(fact: string, observedAt: Millis, recordedAt: Millis): void
  clear(): void
}

/** Slots that are taken of a full generation: probes stay short. */
const FILL = 0.7
const WORDS = 4
const TIMES = 3

/** `capacity`: facts, at least; both generations together. */
export function createFactTable(capacity: number): FactTable {
  const most = Math.max(1, Math.floor(capacity / 2))
  // Unknown outside, so that nobody can prepare two facts of one digest.
  const salt = randomBytes(16).toString('base64')
  const digest = new Uint32Array(WORDS)
  let young = createGeneration(most)
  let old = createGeneration(most)

  const digestOf = (fact: string) => {
    const bytes = hash('sha256', salt + fact, 'binary')
    for (let word = 0; word < WORDS; word += 1) {
      const at = word * 4
      const low = bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8)
      digest[word] = low | (bytes.charCodeAt(at + 2) << 16) | (bytes.charCodeAt(at + 3) << 24)
    }
    // All zero marks a free slot.
    digest[0] = (digest[0] as number) | 1
  }

  /** Where the young generation holds the fact that `digest` names; what only the old one holds moves over. */
  const slotOf = (): number | undefined => {
    const slot = young.slot(digest)
    if (young.has(slot)) return slot
    const before = old.slot(digest)
    if (!old.has(before)) return undefined
    const { first, recorded, last } = old.read(before)
    const own = freeSlot()
    young.write(own, digest, first, recorded, last)
    return own
  }

  const freeSlot = () => {
    if (young.size >= most) {
      const emptied = old
      old = young
      young = emptied
      young.clear()
    }
    return young.slot(digest)
  }

  return {
    get size() {
      return young.size + old.size
    },
    find(fact) {
      digestOf(fact)
      const slot = slotOf()
      return slot === undefined ? undefined : young.read(slot)
    },
    join(fact, observedAt, recordedAt) {
      digestOf(fact)
      const slot = slotOf()
      if (slot !== undefined) return young.join(slot, observedAt, recordedAt)
      // First the slot: making room for it may make another generation the young one.
      const free = freeSlot()
      young.write(free, digest, observedAt, recordedAt, observedAt)
    },
    clear() {
      young.clear()
      old.clear()
    },
  }
}

/** A hash table of a fixed number of slots, linear probing, nothing is ever taken out. */
function createGeneration(most: number) {
  const slots = Math.ceil(most / FILL) + 1
  const digests = new Uint32Array(slots * WORDS)
  const times = new Float64Array(slots * TIMES)
  let size = 0
  const taken = (slot: number) => digests[slot * WORDS] !== 0
  const holds = (slot: number, digest: Uint32Array) => {
    for (let word = 0; word < WORDS; word += 1) if (digests[slot * WORDS + word] !== digest[word]) return false
    return true
  }
  return {
    get size() {
      return size
    },
    /** The slot that holds the digest, else the free one where it belongs. */
    slot(digest: Uint32Array): number {
      let slot = (digest[1] as number) % slots
      while (taken(slot) && !holds(slot, digest)) slot = slot + 1 === slots ? 0 : slot + 1
      return slot
    },
    has: taken,
    read(slot: number): Covered {
      const at = slot * TIMES
      return { first: times[at] as number, recorded: times[at + 1] as number, last: times[at + 2] as number }
    },
    write(slot: number, digest: Uint32Array, first: Millis, recorded: Millis, last: Millis): void {
      digests.set(digest, slot * WORDS)
      times[slot * TIMES] = first
      times[slot * TIMES + 1] = recorded
      times[slot * TIMES + 2] = last
      size += 1
    },
    join(slot: number, observedAt: Millis, recordedAt: Millis): void {
      const at = slot * TIMES
      const first = times[at] as number
      if (observedAt < first || (observedAt === first && recordedAt < (times[at + 1] as number))) {
        times[at] = observedAt
        times[at + 1] = recordedAt
      }
      if (observedAt > (times[at + 2] as number)) times[at + 2] = observedAt
    },
    clear(): void {
      if (size > 0) digests.fill(0)
      size = 0
    },
  }
}
