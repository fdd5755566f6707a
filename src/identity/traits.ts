import type { Traits } from './types.ts'

/**
 * Traits as text by their path: `address: { city: 'Huế' }` is `address.city`. Numbers and booleans become text, empty
 * values are no traits. Names that JavaScript objects reserve are prefixed, so that they stay data. Of two values of one
 * path the greater stays: the order of the keys in a message says nothing.
 */
export function traitsOf(raw: Readonly<Record<string, unknown>> | undefined): Traits {
  const traits: Record<string, string> = {}
  if (raw !== undefined) flatten(raw, '', traits)
  return traits
}

function flatten(value: unknown, path: string, traits: Record<string, string>): void {
  if (value === null || value === undefined) return
  if (typeof value === 'object') {
    for (const [name, part] of Object.entries(value)) {
      flatten(part, path === '' ? safeName(name) : `${path}.${name.toWellFormed()}`, traits)
    }
    return
  }
  const text = String(value).toWellFormed().normalize('NFC').trim()
  const before = traits[path]
  if (text !== '' && (before === undefined || text > before)) traits[path] = text
}

function safeName(name: string): string {
  return name in {} ? `_${name}` : name.toWellFormed()
}
