import type { Graph } from '../graph/graph.ts'
import { compareKeys } from '../identity/keys.ts'
import type { Policy } from '../identity/policy.ts'
import type { Identifier, IdentifierKey, Kind } from '../identity/types.ts'
import { badInput, notAnIdentifier } from './bad-input.ts'
import { segmentsAfter } from './leap.ts'
import { barePaste, readingsOf } from './readings.ts'

export interface Finding {
  readonly graph: Graph
  readonly policy: Policy
}

/** Accounts written without their scope are looked for in so many scopes of their kind, at most. */
const MOST_SCOPES = 50

/**
 * The key of the identifier that a person means by a value of a kind; undefined where none was observed. Where there is
 * but one way to read it, it is not asked whether it was: whoever looks it up finds out. Throws `bad_user_input` where
 * the value can be none of the kind, or an account without its scope may be several.
 */
export async function findIdentifier(kind: Kind, value: string, finding: Finding): Promise<IdentifierKey | undefined> {
  const readings = readingsOf(kind, value, { policy: finding.policy, scopes: await scopesOf(kind, finding) })
  if (typeof readings === 'string') throw notAnIdentifier(readings, finding.policy)
  const [only, another] = readings
  if (another === undefined) return only?.key
  const [first, ...others] = await observedOf(readings, finding)
  if (first === undefined) return undefined
  const asWritten = `${kind}:${value.trim()}`
  if (others.length > 0 && isAccount(kind, finding) && first.key !== asWritten) {
    // Not the accounts themselves: who asks may see them masked alone.
    const scopes = [first, ...others].map((identifier) => identifier.value.split(':', 1)[0] ?? '').sort(compareKeys)
    throw badInput('several scopes have such an account', `write scope:value, the scope one of ${scopes.join(', ')}`)
  }
  return first.key
}

/**
 * The keys of all observed identifiers that a text may mean, in order: read as a key `kind:value` and as a value of
 * every kind. Throws `bad_user_input` where it can mean none.
 */
export async function identifyText(text: string, finding: Finding): Promise<IdentifierKey[]> {
  const bare = barePaste(text)
  const kinds = Object.keys(finding.policy.kinds)
  const [prefix = '', rest] = [bare.split(':', 1)[0], bare.slice(bare.indexOf(':') + 1)]
  const asKey = bare.includes(':') && kinds.includes(prefix.trim()) ? [{ kind: prefix.trim(), value: rest }] : []
  const guesses = [...asKey, ...kinds.map((kind) => ({ kind, value: bare }))]
  const readings = await Promise.all(
    guesses.map(async ({ kind, value }) =>
      readingsOf(kind, value, { policy: finding.policy, scopes: await scopesOf(kind, finding) }),
    ),
  )
  const identifiers = readings.filter((reading) => typeof reading !== 'string').flat()
  const reason = readings.find((reading) => typeof reading === 'string')
  if (identifiers.length === 0 && reason !== undefined) throw notAnIdentifier(reason, finding.policy)
  return (await observedOf(identifiers, finding)).map(({ key }) => key).sort(compareKeys)
}

function isAccount(kind: Kind, { policy }: Finding): boolean {
  return policy.kinds[kind]?.account === true
}

async function scopesOf(kind: Kind, finding: Finding): Promise<readonly string[]> {
  if (!isAccount(kind, finding)) return []
  return await segmentsAfter(`${kind}:`, { graph: finding.graph, atMost: MOST_SCOPES })
}

/** Those that were observed, in the order given. */
async function observedOf(identifiers: readonly Identifier[], { graph }: Finding): Promise<Identifier[]> {
  const keys = identifiers.map(({ key }) => key)
  const rows = await graph.read<{ key: IdentifierKey }>('read/existing-keys', { keys })
  const observed = new Set(rows.map(({ key }) => key))
  return [...new Map(identifiers.map((each) => [each.key, each])).values()].filter(({ key }) => observed.has(key))
}
