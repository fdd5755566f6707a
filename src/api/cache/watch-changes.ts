import { type Changed, readChanges, type Tag, WINDOW_MS } from '../../graph/change-notes.ts'
import type { Graph } from '../../graph/graph.ts'
import type { Millis } from '../../identity/types.ts'
import type { Logger } from '../../telemetry.ts'

/** What changes in the graph, as heard from the graph itself: whoever wrote it need not know of who listens. */
export interface ChangeWatch {
  /**
   * A time by the clock of the store: what was committed before can be read by now. Undefined while the graph was not
   * heard for so long that an answer might be stale by a second.
   */
  asOf(): Millis | undefined
  /** Whether, as far as is heard, nothing of these was changed after a time that `asOf` told, here or elsewhere. */
  unchanged(tags: readonly Tag[], since: Millis): boolean
  /** Milliseconds since a time that `asOf` told. */
  age(since: Millis): number
  /** Hears at once what is committed by now. */
  catchUp(): Promise<void>
  stop(): void
}

const EVERY_MS = 250
/** So long after the last question to the graph what it answered still holds. */
const FRESH_MS = 900
/** After a longer silence some of what was changed in it is told no more; the other half is for slow commits. */
const LONGEST_SILENCE_MS = WINDOW_MS / 2
/** Changes that are remembered: about 60 MB. */
const MOST_TAGS = 500_000

export function watchChanges({ graph, log }: { graph: Graph; log: Logger }): ChangeWatch {
  let heard: { readonly asOf: Millis; readonly at: number; readonly known: ReadonlySet<string> } | undefined
  // Changes in the order in which they were heard, the oldest first, each with the time by which it was wholly there.
  const changed = new Map<Tag, Millis>()
  // Of what was changed until then nothing is known.
  let floor = Number.POSITIVE_INFINITY
  let listening: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let silent = false

  async function listen(): Promise<void> {
    const at = performance.now()
    const { changed: news, asOf, known } = await readChanges(graph, heard?.known)
    for (const tags of news) remember(tags, asOf)
    if (heard === undefined || asOf - heard.asOf > LONGEST_SILENCE_MS) floor = asOf
    // The clock of the store went back, or stood: what is new is not later than what is known.
    else if (asOf < heard.asOf || (asOf === heard.asOf && news.length > 0)) floor = heard.asOf + 1
    heard = { asOf, at, known }
    silent = false
  }

  function remember(tags: Changed, asOf: Millis): void {
    if (tags === 'everything') {
      floor = Math.max(floor, asOf)
      return
    }
    for (const tag of tags) {
      changed.delete(tag)
      changed.set(tag, asOf)
    }
    for (const [tag, at] of changed) {
      if (changed.size <= MOST_TAGS) break
      changed.delete(tag)
      floor = Math.max(floor, at)
    }
  }

  function once(): Promise<void> {
    listening ??= listen()
      .catch((err) => {
        if (!silent && !stopped) log.warn({ err }, 'changes cannot be heard: answers are not remembered meanwhile')
        silent = true
      })
      .finally(() => {
        listening = undefined
      })
    return listening
  }

  async function loop(): Promise<void> {
    await once()
    if (!stopped) timer = setTimeout(() => void loop(), EVERY_MS)
  }

  void loop()
  return {
    asOf: () => (heard !== undefined && performance.now() - heard.at < FRESH_MS ? heard.asOf : undefined),
    unchanged: (tags, since) =>
      since >= floor && (since === heard?.asOf || tags.every((tag) => (changed.get(tag) ?? 0) <= since)),
    age: (since) =>
      heard === undefined ? Number.POSITIVE_INFINITY : heard.asOf + performance.now() - heard.at - since,
    async catchUp() {
      // One under way may have asked before.
      await listening
      await once()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
