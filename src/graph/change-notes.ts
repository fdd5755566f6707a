import type { Millis } from '../identity/types.ts'
import { type Graph, int, type Transaction } from './graph.ts'

/**
 * A short digest of the name of something that may change: a customer's id, the key of an identifier or a record. Two
 * names of one tag cost whoever remembers answers one that was right, and never make a wrong one pass.
 */
export type Tag = number

/** What changed, or that nobody can tell. */
export type Changed = readonly Tag[] | 'everything'

const TAG_BYTES = 6
/** Tags a note: 120 kB. */
const NOTE_TAGS = 20_000

/** 48 bits by two runs of FNV-1a: no secret, and quick, since every name that a batch changes is digested. */
export function tagOf(name: string): Tag {
  let low = 0x811c9dc5
  let high = 0x2f0b4c47
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at)
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high ^ code, 0x5bd1e995)
    high ^= high >>> 15
  }
  return (high >>> 16) * 2 ** 32 + (low >>> 0)
}

/**
 * Writes down what a transaction changes, in the transaction itself: it is told if and only if it is committed. To be
 * the last thing that is written, see `readChanges`.
 */
export async function noteChanges(tx: Transaction, names: Iterable<string>): Promise<void> {
  const tags = [...new Set(Iterator.from(names).map(tagOf))]
  const notes: Promise<unknown>[] = []
  for (let at = 0; at < tags.length; at += NOTE_TAGS) {
    notes.push(tx.run('identity/note-changes', { tags: encode(tags.slice(at, at + NOTE_TAGS)) }))
  }
  await Promise.all(notes)
}

/** The same for who cannot say what. */
export async function noteEverything(tx: Transaction): Promise<void> {
  await tx.run('identity/note-changes', { tags: encode([]) })
}

/** How long a commit may take from its last statement on, to be told of in time. */
export const WINDOW_MS = 30_000

export interface NewChanges {
  readonly changed: readonly Changed[]
  /** By the clock of the store: whatever was told by then is wholly there for whoever asks from now on. */
  readonly asOf: Millis
  /** The notes of late; to be given back the next time. */
  readonly known: ReadonlySet<string>
}

/**
 * What was changed since the last time, of which `known` came back; nothing of what was changed before the first. A
 * reader may see a transaction while it is being applied; whoever applies it holds the lock of its note, so the note is
 * read under that lock. Throws what the graph throws.
 */
export async function readChanges(graph: Graph, known: ReadonlySet<string> | undefined): Promise<NewChanges> {
  return await graph.write(async (tx) => {
    const [recent] = await tx.run<{ ids: string[]; now: Millis }>('read/recent-changes', { window: int(WINDOW_MS) })
    const ids = recent?.ids ?? []
    const fresh = ids.filter((id) => known?.has(id) !== true)
    if (fresh.length === 0) return { changed: [], asOf: recent?.now ?? 0, known: new Set(ids) }
    const [whole] = await tx.run<{ tags: Int8Array[]; now: Millis }>('read/whole-changes', { ids: fresh })
    const changed = known === undefined ? [] : (whole?.tags ?? []).map(decode)
    return { changed, asOf: whole?.now ?? 0, known: new Set(ids) }
  })
}

function encode(tags: readonly Tag[]): Int8Array {
  const bytes = Buffer.alloc(tags.length * TAG_BYTES)
  for (const [place, tag] of tags.entries()) bytes.writeUIntBE(tag, place * TAG_BYTES, TAG_BYTES)
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

function decode(tags: Int8Array): Changed {
  if (tags.length === 0) return 'everything'
  const bytes = Buffer.from(tags.buffer, tags.byteOffset, tags.length)
  return Array.from({ length: tags.length / TAG_BYTES }, (_, place) => bytes.readUIntBE(place * TAG_BYTES, TAG_BYTES))
}

/** Notes that old are of use to nobody: no answer is remembered for longer than `MOST_CACHE_SECONDS`. */
const PRUNED_AGE_MS = 900_000
const PRUNE_EVERY_MS = 60_000
const PRUNED_AT_ONCE = 5000

/** Takes old notes away, once a minute however often it is called. What fails is left to the next time. */
export function createNotePruner(graph: Graph): () => Promise<void> {
  let next = Date.now() + PRUNE_EVERY_MS
  return async () => {
    if (Date.now() < next) return
    next = Date.now() + PRUNE_EVERY_MS
    const params = { age: int(PRUNED_AGE_MS), limit: int(PRUNED_AT_ONCE) }
    await graph.write((tx) => tx.run('identity/prune-changes', params)).catch(() => undefined)
  }
}
