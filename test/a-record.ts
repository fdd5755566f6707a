import type { CurrentRecord } from '../src/identity/facts.ts'
import { identifierKey, recordKey } from '../src/identity/keys.ts'

/** A record of the source `s` with these traits, about an account of its own. */
export function aRecord(id: string, traits: Readonly<Record<string, string>>): CurrentRecord {
  const fields = Object.fromEntries(Object.entries(traits).map(([path, value]) => [path, { value, observedAt: 0 }]))
  return {
    key: recordKey('s', id),
    source: 's',
    id,
    account: identifierKey('record', `s:${id}`),
    observedAt: 0,
    fields,
  }
}
