import { existsSync, readFileSync } from 'node:fs'

interface Line {
  readonly msg?: string
  readonly err?: { readonly code?: string; readonly retriable?: boolean }
}

export interface LogFindings {
  /** What must never happen: a defect that a message brings out, a budget of retries that is exhausted. */
  readonly complaints: readonly string[]
  /** How often a batch waited, by the code of its error. */
  readonly waits: Readonly<Record<string, number>>
}

/** What workers' logs tell of trouble. A line cut off by a kill is passed over. */
export function findingsIn(files: readonly string[]): LogFindings {
  const complaints = new Map<string, number>()
  const waits: Record<string, number> = {}
  for (const { msg, err } of files.flatMap(linesOf)) {
    const code = err?.code ?? 'unknown'
    if (msg === 'a batch waits') waits[code] = (waits[code] ?? 0) + 1
    const isDefect = msg === 'a message brings out a defect; it is set aside'
    const isSpent = msg === 'a batch waits' && err?.retriable !== true
    if (isDefect || isSpent) complaints.set(`${msg}: ${code}`, (complaints.get(`${msg}: ${code}`) ?? 0) + 1)
  }
  return { complaints: [...complaints].map(([what, times]) => `${what} (${times} times)`), waits }
}

function linesOf(file: string): Line[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8').split('\n').flatMap(parsed)
}

function parsed(text: string): Line[] {
  if (!text.startsWith('{')) return []
  try {
    return [JSON.parse(text) as Line]
  } catch {
    return []
  }
}
