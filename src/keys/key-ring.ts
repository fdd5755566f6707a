import { gather } from '../gather.ts'
import type { Graph } from '../graph/graph.ts'
import { type AccessKey, digestOf, hasKeyForm } from './access-key.ts'
import { keyOf, type StoredKey } from './manage-keys.ts'

export interface KeyRing {
  /** The key that the secret opens; undefined where it opens none (any more). Throws `graph_…` errors. */
  find(secret: string): Promise<AccessKey | undefined>
}

interface Remembered {
  readonly until: number
  readonly answer: Promise<AccessKey | undefined>
}

/** How long an answer is believed, in milliseconds: a key that is revoked opens nothing after that. */
export const BELIEVED_MS = 5000
/** Secrets that are remembered. Whoever tries many pushes others out, who are looked up again. */
const MOST_REMEMBERED = 10_000
/** Digests that are looked up together. */
const MOST_TOGETHER = 500

/**
 * Finds keys in the graph and remembers what it found for a moment, also that there was none. Digests are remembered,
 * never secrets.
 */
export function openKeyRing({ graph }: { graph: Pick<Graph, 'read'> }): KeyRing {
  const remembered = new Map<string, Remembered>()
  const look = gather<string, AccessKey | undefined>({
    most: MOST_TOGETHER,
    work: async (digests) => {
      const rows = await graph.read<StoredKey & { digest: string }>('keys/find-keys', { digests: [...digests] })
      const found = new Map(rows.map((row) => [row.digest, keyOf(row)]))
      return digests.map((digest) => found.get(digest))
    },
  })

  const ask = (digest: string): Promise<AccessKey | undefined> => {
    // From before the graph is asked: what is revoked later is heard of in time.
    const entry = { until: performance.now() + BELIEVED_MS, answer: look(digest) }
    remembered.set(digest, entry)
    if (remembered.size > MOST_REMEMBERED) remembered.delete(remembered.keys().next().value ?? '')
    entry.answer.catch(() => {
      if (remembered.get(digest) === entry) remembered.delete(digest)
    })
    return entry.answer
  }

  return {
    async find(secret) {
      if (!hasKeyForm(secret)) return undefined
      const digest = digestOf(secret)
      const known = remembered.get(digest)
      remembered.delete(digest)
      if (known === undefined || known.until <= performance.now()) return ask(digest)
      // Again at the end of the order: the one that was not used for longest goes first.
      remembered.set(digest, known)
      return known.answer
    },
  }
}
