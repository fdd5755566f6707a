import { userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { Command } from 'commander'
import { assertPair } from '../commands/assert-pair.ts'
import type { CommandResult } from '../commands/give-order.ts'
import { noteUnsure } from '../commands/note-unsure.ts'
import { SelfsameError } from '../errors.ts'
import type { ComparedRecords } from '../explanation/most-alike.ts'
import { type ReviewPair, reviewQueue } from '../explanation/review-queue.ts'
import { pairKey } from '../identity/keys.ts'
import type { Assertion, PairKey } from '../identity/types.ts'
import { onlyIdentifier } from './only-identifier.ts'
import { printLines } from './print-lines.ts'
import { sideBySide } from './side-by-side.ts'
import { waterfall } from './waterfall.ts'
import { type Desk, withResolver } from './with-resolver.ts'

interface Shared {
  readonly json?: true
  readonly stack?: string
}

/** What a person answers, as a verdict; who is unsure gives none. */
const VERDICTS: Readonly<Record<string, Assertion['verdict']>> = {
  same: 'same',
  'not-same': 'not_same',
  withdraw: 'withdrawn',
}

/** `selfsame review`: pairs that may be one customer's, one after another, for a person to decide. */
export function reviewCommand(): Command {
  const command = new Command('review')
    // Else `--json` and `--stack` after an answer would be taken for its own, and lost.
    .enablePositionalOptions()
    .description('pairs that may be one customer, for a person to decide: on a terminal one after another')
    .option('--limit <number>', 'pairs listed or asked about, at most', '20')
    .option('--json', 'list the next pairs, one JSON object a line')
    .option('--stack <name>', 'local stack to work on')
    .action(async ({ limit, json, stack }: Shared & { limit: string }, self: Command) => {
      if (!/^[1-9]\d{0,3}$/.test(limit)) self.error('error: --limit takes a whole number from 1 to 9999')
      await withResolver(stack, async (desk) => {
        if (!json && process.stdin.isTTY && process.stdout.isTTY) return await interview(desk, Number(limit))
        let count = 0
        for await (const pair of reviewQueue(desk, Number(limit))) {
          if (json) process.stdout.write(`${JSON.stringify(pair)}\n`)
          else printLines(inWords(pair))
          count += 1
        }
        if (count === 0 && !json) printLines([NOTHING])
      })
    })
  for (const [answer, description] of Object.entries({
    same: 'decide that two identifiers are one customer',
    'not-same': 'decide that they are not',
    unsure: 'say that nobody can tell: they come up again last',
    withdraw: 'take back what was decided about them',
  })) {
    command.addCommand(decisionCommand(answer, description))
  }
  return command
}

const NOTHING = 'No pair waits for a person.'

function decisionCommand(answer: string, description: string): Command {
  return new Command(answer)
    .description(description)
    .argument('<a>', 'an identifier as people write it: an e-mail, a phone number, kind:value')
    .argument('<b>', 'another one')
    .option('--reason <text>', 'why; kept with the decision', '')
    .option('--json', 'print what changed as one JSON object')
    .option('--stack <name>', 'local stack to work on')
    .action(async (a: string, b: string, { reason, json, stack }: Shared & { reason: string }) => {
      await withResolver(stack, async (desk) => {
        const pair = { a: await onlyIdentifier(a, desk), b: await onlyIdentifier(b, desk) }
        const done = await decide(desk, pair, answer, reason)
        if (json) process.stdout.write(`${JSON.stringify({ ...pair, answer, ...done })}\n`)
        else printLines([changed(done)])
      })
    })
}

async function decide(
  desk: Desk,
  { a, b }: Pick<ReviewPair, 'a' | 'b'>,
  answer: string,
  reason: string,
): Promise<CommandResult> {
  const given = { by: userInfo().username, reason }
  const verdict = VERDICTS[answer]
  return verdict === undefined
    ? await noteUnsure(desk, { a, b }, given)
    : await assertPair(desk, { a, b, verdict }, given)
}

interface Interview {
  readonly line: ReturnType<typeof createInterface>
  /** At most so many questions. */
  readonly limit: number
  readonly asked: Set<PairKey>
}

/** Asks about one pair after another until there is none, or the person leaves. */
async function interview(desk: Desk, limit: number): Promise<void> {
  const line = createInterface({ input: process.stdin, output: process.stdout })
  const talk: Interview = { line, limit, asked: new Set() }
  try {
    let end = await askAlong(desk, talk)
    while (end === 'changed') end = await askAlong(desk, talk)
    if (end === 'through') printLines([NOTHING])
    if (end === 'enough') printLines([`That were ${limit}. For more: selfsame review`])
  } finally {
    line.close()
  }
}

/** Along one queue, as far as no decision changes customers: then other pairs may be worth asking about. */
async function askAlong(
  desk: Desk,
  { line, limit, asked }: Interview,
): Promise<'changed' | 'enough' | 'left' | 'through'> {
  for await (const pair of reviewQueue(desk, limit + asked.size)) {
    const key = pairKey(pair.a, pair.b)
    if (asked.has(key)) continue
    if (asked.size === limit) return 'enough'
    asked.add(key)
    printLines(['', ...inWords(pair)])
    const answer = await askFor(line)
    if (answer === undefined) return 'left'
    const done = await decide(desk, pair, answer, '')
    printLines([`${answer}. ${changed(done)}`])
    if (changesIn(done) > 0) return 'changed'
  }
  return 'through'
}

const KEYS: Readonly<Record<string, string>> = { s: 'same', n: 'not-same', u: 'unsure' }

/** Undefined where the person leaves. */
async function askFor(line: ReturnType<typeof createInterface>): Promise<string | undefined> {
  for (;;) {
    const given = await line.question('[s]ame  [n]ot same  [u]nsure  [q]uit: ').catch((cause: unknown) => {
      // The input ended.
      if (cause instanceof Error && cause.name === 'AbortError') return 'q'
      throw new SelfsameError('bad_input', 'the answer cannot be read', { cause })
    })
    const key = given.trim().toLowerCase().slice(0, 1)
    if (key === 'q') return undefined
    if (KEYS[key] !== undefined) return KEYS[key]
  }
}

function changed(result: CommandResult): string {
  const { known, difference } = result
  if (known) return 'That was in force already: nothing was changed.'
  if (changesIn(result) === 0) return 'No customer changed.'
  const { created, changed, split, absorbed, dissolved } = difference
  const told = { created, changed, split, absorbed, dissolved }
  const parts = Object.entries(told).flatMap(([sort, { count }]) => (count === 0 ? [] : `${count} ${sort}`))
  return `Customers: ${parts.join(', ')}.`
}

function changesIn({ difference }: CommandResult): number {
  return Object.values(difference).reduce((sum, { count }) => sum + count, 0)
}

function inWords({ a, b, probability, unsure, records }: ReviewPair): string[] {
  const head = `${a} and ${b}: ${(100 * probability).toFixed(1)} %${unsure ? ', somebody was unsure' : ''}`
  return [head, ...(records === undefined ? [] : recordsInWords(records)), '']
}

function recordsInWords({ a, b, match }: ComparedRecords): string[] {
  return [...sideBySide(a, b), '', ...waterfall(match).map((line) => `  ${line}`)]
}
