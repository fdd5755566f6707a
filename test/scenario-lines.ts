import { withdrawalScope } from '../src/identity/evidence.ts'
import { compareKeys } from '../src/identity/keys.ts'
import type { ObservationMessage } from '../src/identity/observation.ts'
import type { Decision, IdentifierKey } from '../src/identity/types.ts'
import type { DecidedLine, ObservedLine } from './scenario.ts'
import type { Naming } from './scenario-names.ts'

const START = Date.UTC(2025, 0, 1)
const DAY = 86_400_000

/** The time of a scenario, in days after its first of January, as a time. */
function timeOf(at: number): number {
  return START + at * DAY
}

/** A line as the canonical message of the contract. `line` makes its message id. */
export function messageOf(given: ObservedLine, naming: Naming, line: number): ObservationMessage {
  const { at, source, load, see, row, delete: gone, with: named, traits } = given
  const about = row ?? gone
  if ((see === undefined) === (about === undefined)) throw new Error(`line ${line} is neither an event nor a row`)
  const identifiers = naming.split(see ?? named ?? '').flatMap((name) => (name === '' ? [] : naming.named(name)))
  const owner = about === undefined ? identifiers.find(({ scope }) => scope !== undefined) : naming.named(about)
  return {
    messageId: messageId(line),
    source: source ?? owner?.scope ?? 'web',
    ...(load === undefined ? {} : { load }),
    type: gone !== undefined ? 'delete' : row !== undefined ? 'record' : 'track',
    observedAt: new Date(timeOf(at)).toISOString(),
    identifiers,
    ...(about === undefined
      ? {}
      : { record: { id: naming.named(about).value, ...(traits === undefined ? {} : { traits }) } }),
  }
}

/** The same message under another id: what an at-least-once delivery by another door looks like. */
export function messageAgain(message: ObservationMessage, times: number): ObservationMessage {
  return { ...message, messageId: message.messageId.replace(/^.{8}/, String(times).padStart(8, '0')) }
}

function messageId(line: number): string {
  return `00000000-0000-4000-8000-${String(line).padStart(12, '0')}`
}

export function decisionOf(given: DecidedLine, naming: Naming, line: number): Decision {
  const { at, ...verdicts } = given
  const [[verdict, subject = ''] = ['', ''], ...more] = Object.entries(verdicts)
  if (more.length > 0 || verdict === '') throw new Error(`line ${line} is not one decision`)
  const base = { id: messageId(line), at: timeOf(at), by: 'steward', reason: 'a scenario' }
  const pair = () => {
    const [a, b] = naming.split(subject).map(naming.key).sort(compareKeys) as [IdentifierKey, IdentifierKey]
    return { ...base, decision: 'assertion' as const, a, b }
  }
  const override = () => ({ ...base, decision: 'override' as const, identifier: naming.key(subject) })
  const withdrawal = () => ({ ...base, decision: 'withdrawal' as const, scope: scopeOf(subject) })
  switch (verdict) {
    case 'the same':
      return { ...pair(), verdict: 'same' }
    case 'not the same':
      return { ...pair(), verdict: 'not_same' }
    case 'undecided':
      return { ...pair(), verdict: 'withdrawn' }
    case 'block':
    case 'allow':
    case 'clear':
      return { ...override(), verdict }
    case 'withdraw':
      return { ...withdrawal(), verdict: 'withdrawn' }
    case 'reinstate':
      return { ...withdrawal(), verdict: 'reinstated' }
    default:
      throw new Error(`line ${line}: ${verdict} is no decision`)
  }
}

function scopeOf(text: string): string {
  const [what, source = '', part = ''] = text.split(' ')
  switch (what) {
    case 'source':
      return withdrawalScope.source(source)
    case 'load':
      return withdrawalScope.load(source, part)
    case 'record':
      return withdrawalScope.record(source, part)
    default:
      throw new Error(`"${text}" is nothing that can be withdrawn`)
  }
}
