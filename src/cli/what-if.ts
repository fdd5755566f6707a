import { Command, InvalidArgumentError } from 'commander'
import { readConfig } from '../config.ts'
import { type WhatIf, whatIfPolicy } from '../explanation/what-if.ts'
import { openGraph } from '../graph/graph.ts'
import type { SharingLimit } from '../identity/changed-policy.ts'
import { changeSorts } from '../identity/customer-difference.ts'
import type { ToldChange } from '../identity/difference-tally.ts'
import { loadRules } from '../rules.ts'
import { printLines } from './print-lines.ts'
import { createProgress } from './progress.ts'

interface Chosen {
  readonly linkThreshold?: number
  readonly reviewThreshold?: number
  readonly maxBlock?: number
  readonly sharedAbove: readonly SharingLimit[]
  readonly timeLimit: number
  readonly json?: true
  readonly stack?: string
}

/** Here the machine is the caller's own: nothing but its memory limits how much is read. */
const ANY_SIZE = Number.MAX_SAFE_INTEGER

/** `selfsame what-if --link-threshold 0.9`: which customers would be others by another policy. Writes nothing. */
export function whatIfCommand(): Command {
  return new Command('what-if')
    .description('which customers would be others if the policy were another; nothing is written')
    .option('--link-threshold <probability>', 'from which a scored pair is a link', number)
    .option('--review-threshold <probability>', 'from which a scored pair is kept for review', number)
    .option('--max-block <records>', 'of one blocking key, above which it proposes no pair', number)
    .option(
      '--shared-above <kind:neighbour=limit>',
      'when a kind counts as shared, such as phone:email=3 or phone:email=none; repeatable',
      sharingLimit,
      [],
    )
    .option('--time-limit <seconds>', 'then what was seen so far is told', number, 3600)
    .option('--json', 'print the answer as one JSON object')
    .option('--stack <name>', 'local stack to ask')
    .action(async ({ timeLimit, json, stack, ...change }: Chosen, command: Command) => {
      const { sharedAbove, ...knobs } = change
      if (Object.keys(knobs).length + sharedAbove.length === 0) command.error('error: say what would be otherwise')
      const config = readConfig({ stack })
      const graph = openGraph(config)
      const progress = createProgress()
      try {
        const bounds = { time: timeLimit * 1000, rows: ANY_SIZE, onRow: progress.row }
        const answer = await whatIfPolicy(change, { graph, rules: loadRules(config), ...bounds })
        progress.end()
        if (json) process.stdout.write(`${JSON.stringify(answer)}\n`)
        else printLines(inWords(answer))
      } finally {
        progress.end()
        await graph.close()
      }
    })
}

const LISTED = 10

function inWords({ stopped, identifiers, affected, toReview, difference }: WhatIf): string[] {
  const lists = changeSorts.flatMap((sort) => {
    const { count, customers } = difference[sort]
    if (count === 0) return []
    const hidden = count - Math.min(count, LISTED)
    return [
      `${sort}: ${count}`,
      ...customers.slice(0, LISTED).map(changeInWords),
      ...(hidden > 0 ? [`  and ${hidden} more`] : []),
    ]
  })
  return [
    ...lists,
    `${affected} customers of today would be others, or none; ${identifiers} identifiers were read.`,
    ...(toReview === undefined ? [] : [`Pairs to review: ${toReview.before} now, ${toReview.after} then.`]),
    stopped === undefined
      ? 'Nothing was written.'
      : `Not all was looked at: the ${stopped} was up. Nothing was written.`,
  ]
}

function changeInWords({ id, sizeBefore, sizeAfter, into }: ToldChange): string {
  const where = into.length === 0 ? '' : `, its own go to ${into.join(', ')}`
  return `  ${id}: ${sizeBefore} identifiers now, ${sizeAfter} then${where}`
}

function number(text: string): number {
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text)) return Number(text)
  throw new InvalidArgumentError(`"${text}" is no number.`)
}

function sharingLimit(text: string, before: readonly SharingLimit[]): SharingLimit[] {
  const [, kind, neighbour, limit] = /^(\w+):(\w+)=(\d{1,9}|none)$/.exec(text) ?? []
  if (kind === undefined || neighbour === undefined) {
    throw new InvalidArgumentError(`"${text}" is not such as phone:email=3.`)
  }
  return [...before, { kind, neighbour, limit: limit === 'none' ? null : Number(limit) }]
}
