import { printable } from '../export/printable.ts'
import { type Difference, type DifferingField, type Finding, PARTS } from '../resolver/rebuild/findings.ts'
import type { Rebuilt } from '../resolver/rebuild/rebuild.ts'

/** For a person: each part with its counts and the first differences, what was written, and the verdict. */
export function rebuiltInWords(rebuilt: Rebuilt): string {
  const { equal, repaired } = rebuilt
  const verdict = equal
    ? 'The graph holds what its evidence implies.'
    : repaired === undefined
      ? 'The graph differs from what its evidence implies; `selfsame rebuild` repairs it.'
      : 'The graph differed from what its evidence implies, and is repaired.'
  return `${[...differencesInWords(rebuilt), verdict].join('\n')}\n`
}

/** The same without the verdict. */
export function differencesInWords({ parts, links, repaired }: Rebuilt): string[] {
  const lines = PARTS.flatMap((part) => section(part, parts[part]))
  if (links.gained + links.lost > 0) {
    lines.push(`links        ${links.gained} scored pairs come to the link threshold, ${links.lost} fall below it`)
  }
  if (repaired !== undefined) {
    const { records, blocks, scores, pairs, identifiers, customersSaved, idsGivenUp, idsRevived, assertions } = repaired
    lines.push(
      `repaired: ${records} records, ${blocks} places in blocks, ${pairs} pairs, ${scores} scores, ` +
        `${identifiers} identifiers, ${assertions} assertions, ` +
        `${customersSaved} customers (${idsGivenUp} ids given up, ${idsRevived} taken back)`,
    )
  }
  return lines.map(printable)
}

function section(part: string, { checked, differences, counts, listed }: Finding): string[] {
  const sorts = Object.entries(counts).map(([sort, count]) => `${sort} ${count}`)
  const which = sorts.length === 0 ? '' : ` (${sorts.join(', ')})`
  const hidden = differences - listed.length
  return [
    `${part.padEnd(12)} ${checked} checked, ${differences} differ${which}`,
    ...listed.map(line),
    ...(hidden > 0 ? [`  and ${hidden} more`] : []),
  ]
}

function line({ key, difference, fields }: Difference): string {
  const what = fields.length === 0 ? '' : `: ${fields.map(fieldInWords).join('; ')}`
  return `  ${difference.padEnd(9)} ${key.replace('\t', ' - ')}${what}`
}

function fieldInWords({ field, graph, resolved }: DifferingField): string {
  return `${field} ${text(graph)}, to be ${text(resolved)}`
}

const LONGEST = 120

function text(value: unknown): string {
  const json = typeof value === 'string' ? value : JSON.stringify(value)
  return json.length <= LONGEST ? json : `${json.slice(0, LONGEST)}…`
}
