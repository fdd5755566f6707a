import type { Policy } from '../identity/policy.ts'
import type { IdentifierKey } from '../identity/types.ts'
import { notAnIdentifier } from './bad-input.ts'
import { readingsOf } from './readings.ts'

/**
 * The key of an identifier as a program gives it, `kind:value`, brought to its normal form; observed or not. Throws
 * `bad_user_input` where it is none.
 */
export function readKey(text: string, policy: Policy): IdentifierKey {
  const colon = text.indexOf(':')
  const [kind, value] = [text.slice(0, Math.max(colon, 0)).trim(), text.slice(colon + 1)]
  if (!Object.hasOwn(policy.kinds, kind)) throw notAnIdentifier('unknown_kind', policy)
  if (policy.kinds[kind]?.account === true && !value.includes(':')) throw notAnIdentifier('bad_scope', policy)
  const readings = readingsOf(kind, value, { policy, scopes: [] })
  if (typeof readings === 'string') throw notAnIdentifier(readings, policy)
  const [first] = readings
  if (first === undefined) throw notAnIdentifier('empty', policy)
  return first.key
}
