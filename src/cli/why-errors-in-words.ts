import type { Together } from '../explanation/why.ts'
import type { Missed, NotConducting } from '../explanation/why-missed.ts'
import { endInWords, linkInWords, obstacleInWords, recordsInWords, seenWithInWords } from './why.ts'

/** The link that joins two entities of one customer, and how many more would have to be wrong. */
export function whyMergedInWords({ path, weakest, cut }: Together): string[] {
  if (weakest === undefined) return ['  They are one identifier.']
  return [
    path.length === 1 ? '  This link joins them:' : `  Of the ${path.length} links that join them, the weakest:`,
    ...indented(linkInWords(weakest)),
    cut.length === 1
      ? '  Without one link they would be two.'
      : `  For them to be two, ${cut.length} links would have to be wrong.`,
  ]
}

/** A reason in a few words. */
export function reasonInWords(missed: Missed): string {
  switch (missed.reason) {
    case 'unknown':
      return 'the graph does not know it'
    case 'waiting':
      return 'too large to be resolved: it waits for a rebuild'
    case 'no_customer':
      return 'an identifier that belongs to nobody'
    case 'kept_apart':
      return 'something stands between them'
    case 'not_proposed':
      return 'records alike that are not compared'
    case 'not_conducting':
      return 'only an identifier that is shared or blocked joins them'
    case 'too_little_alike':
      return 'records too little alike'
    case 'nothing_in_common':
      return 'nothing joins them, and no records to compare'
  }
}

/** Why two parts of one entity are not one customer. */
export function whyMissedInWords(missed: Missed): string[] {
  const reason = reasonInWords(missed)
  if (missed.reason === 'unknown') return [`  ${capitalised(reason)}: ${missed.keys.join(', ')}`]
  const { ends, refused, between, alike } = missed.apart
  const isShown = between.some((one) => one.records?.a.key === alike?.a.key && one.records?.b.key === alike?.b.key)
  return [
    `  ${capitalised(reason)}.`,
    ...ends.filter(({ customer }) => customer === undefined).flatMap((end) => indented([endInWords(end)])),
    ...listed('Refused:', refused.map(linkInWords)),
    ...listed('Between them stands:', between.map(obstacleInWords)),
    ...listed('Both were seen with:', missed.through.map(notConductingInWords)),
    ...(alike === undefined || isShown
      ? []
      : listed(`Their records that are most alike, ${proposedInWords(missed.blocks)}:`, [recordsInWords(alike)])),
  ]
}

const LISTED = 3

/** The first of several, each in some lines. */
function listed(title: string, items: readonly string[][]): string[] {
  if (items.length === 0) return []
  const hidden = items.length - LISTED
  return [
    `  ${title}`,
    ...indented([...items.slice(0, LISTED).flat(), ...(hidden > 0 ? [`  and ${hidden} more`] : [])]),
  ]
}

function notConductingInWords({ key, status, shared }: NotConducting): string[] {
  return [`  ${key}, ${status}${shared === undefined ? '' : `: ${seenWithInWords(shared)}`}`]
}

function proposedInWords(blocks: 'active' | 'crowded' | 'none'): string {
  return {
    active: 'compared since they share a block',
    crowded: 'not compared: the blocks that they share hold too many records',
    none: 'not compared: they share no block',
  }[blocks]
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
