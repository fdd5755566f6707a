/** Parts of the graph that follow from the evidence. */
export const PARTS = ['records', 'blocks', 'pairs', 'scores', 'identifiers', 'customers', 'assertions'] as const
export type Part = (typeof PARTS)[number]

/** A property that is not what follows from the evidence. */
export interface DifferingField {
  readonly field: string
  readonly graph: unknown
  readonly resolved: unknown
}

/** `missing`: the graph lacks it; `stray`: only the graph has it; `different`: it has both, and `fields` differ. */
export interface Difference {
  /** Of the record, pair, identifier or assertion (of pairs both, separated by a tab), a record and a block; the id of a customer. */
  readonly key: string
  readonly difference: 'missing' | 'stray' | 'different'
  readonly fields: readonly DifferingField[]
}

export interface Finding {
  /** How many were looked at. */
  checked: number
  /** How many differ. */
  differences: number
  /** How many are missing, how many stray, in how many each field differs. */
  readonly counts: Record<string, number>
  /** The first that differ. */
  readonly listed: Difference[]
}

/** What is found to differ: all counted, the first of each part listed. */
export interface Findings {
  readonly parts: Readonly<Record<Part, Finding>>
  differs(part: Part, difference: Difference): void
}

export function createFindings(limit: number): Findings {
  const none = (): Finding => ({ checked: 0, differences: 0, counts: {}, listed: [] })
  const parts = Object.fromEntries(PARTS.map((part) => [part, none()])) as Record<Part, Finding>
  return {
    parts,
    differs(part, difference) {
      const finding = parts[part]
      finding.differences += 1
      const sorts = difference.difference === 'different' ? difference.fields.map(({ field }) => field) : []
      for (const sort of sorts.length === 0 ? [difference.difference] : sorts) {
        finding.counts[sort] = (finding.counts[sort] ?? 0) + 1
      }
      if (finding.listed.length < limit) finding.listed.push(difference)
    },
  }
}

/** The fields whose values differ, by their JSON; undefined and null are the same. */
export function differingFields(
  values: Readonly<Record<string, readonly [graph: unknown, resolved: unknown]>>,
): DifferingField[] {
  const differing: DifferingField[] = []
  for (const [field, [graph, resolved]] of Object.entries(values)) {
    if (graph === resolved || JSON.stringify(graph ?? null) === JSON.stringify(resolved ?? null)) continue
    differing.push({ field, graph: graph ?? null, resolved: resolved ?? null })
  }
  return differing
}
