import { identifierKey, recordKey } from '../src/identity/keys.ts'
import { normalise } from '../src/identity/normalise.ts'
import type { Policy } from '../src/identity/policy.ts'
import type { IdentifierKey, RecordKey } from '../src/identity/types.ts'

/** What a short name of a scenario stands for, as a source would send it. */
interface Named {
  readonly kind: string
  readonly value: string
  /** Of an account: the source that it is an account of. */
  readonly scope?: string
}

/** The short names of a scenario: `e1` is an e-mail, see test/scenarios/README.md. */
export interface Naming {
  /** `e1 p1..p3` is e1, p1, p2, p3. */
  split(names: string): string[]
  named(name: string): Named
  key(name: string): IdentifierKey
  /** The record of a CRM contact. */
  record(name: string): RecordKey
}

export function namingOf(given: Readonly<Record<string, string>>, policy: Policy): Naming {
  const named = (name: string) => (name in given ? spelledOut(given[name] ?? '') : byFirstLetter(name))
  return {
    split,
    named,
    key(name) {
      const { kind, value, scope = '' } = named(name)
      const normal = normalise(kind, value, { policy, scope, country: policy.defaultCountry })
      if (typeof normal === 'string') throw new Error(`${name} is no ${kind}: ${normal}`)
      return identifierKey(kind, normal.value)
    },
    record(name) {
      const { value, scope = '' } = named(name)
      return recordKey(scope, value)
    },
  }
}

function split(names: string): string[] {
  return names
    .trim()
    .split(/\s+/)
    .flatMap((name) => {
      const range = /^([a-z])(\d+)\.\.\1(\d+)$/.exec(name)
      if (range === null) return [name]
      const [first, last] = [Number(range[2]), Number(range[3])]
      return Array.from({ length: last - first + 1 }, (_, n) => `${range[1]}${first + n}`)
    })
}

// `email an@mail.vn`, `crm_contact 1001 of crm2`
function spelledOut(text: string): Named {
  const parts = /^(\S+) (.+?)(?: of (\S+))?$/.exec(text)
  if (parts === null) throw new Error(`"${text}" names no identifier`)
  const [, kind = '', value = '', scope] = parts
  return { kind, value, ...(scope === undefined ? {} : { scope }) }
}

function byFirstLetter(name: string): Named {
  switch (name[0]) {
    case 'e':
      return { kind: 'email', value: `${name}@mail.vn` }
    case 'p':
      return { kind: 'phone', value: `0912 000 ${name.slice(1).padStart(3, '0')}` }
    case 'c':
      return { kind: 'cookie', value: name }
    case 'l':
      return { kind: 'loyalty_card', value: name }
    case 'n':
      return { kind: 'national_id', value: name }
    case 'a':
      return { kind: 'pos_account', value: name, scope: 'pos' }
    case 'r':
      return { kind: 'crm_contact', value: name, scope: 'crm' }
    default:
      throw new Error(`nothing is named ${name}`)
  }
}
