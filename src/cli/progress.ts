const PROGRESS_ROWS = 10_000

export interface Progress<S extends string> {
  /** One more row of a step. */
  row(step: S): void
  /** Takes the line away again. */
  end(): void
}

/** A line on stderr, where that is a terminal, that says how many rows of which step are done. */
export function createProgress<S extends string>(inWords: (step: S) => string = (step) => step): Progress<S> {
  if (!process.stderr.isTTY) return { row: () => {}, end: () => {} }
  let last: S | undefined
  let rows = 0
  return {
    row(step) {
      if (step !== last) rows = 0
      last = step
      rows += 1
      if (rows % PROGRESS_ROWS === 0) process.stderr.write(`\r\x1b[K${rows} ${inWords(step)}`)
    },
    end() {
      if (last !== undefined) process.stderr.write('\r\x1b[K')
      last = undefined
    },
  }
}
