import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type Policy, parsePolicy } from '../../src/identity/policy.ts'
import { sourcesOf } from './worlds.ts'

interface PolicyFile {
  readonly kinds: Readonly<Record<string, object>>
  readonly sources: Readonly<Record<string, object>>
}

const SHIPPED = new URL('../policy.yaml', import.meta.url)

/**
 * The policy of a round as the text of a file: the shipped one that knows the sources of so many worlds, or, where a
 * harsh one is given, its small limits over the shipped normal forms.
 */
export function roundPolicy(worlds: number, harsh: Policy | undefined): string {
  const shipped = parse(readFileSync(SHIPPED, 'utf8')) as PolicyFile
  const own = Array.from({ length: worlds }, (_, n) => sourcesOf(n))
  const sources = Object.assign({}, shipped.sources, ...own)
  const policy = harsh === undefined ? { ...shipped, sources } : { ...limitsOf(harsh, shipped), sources }
  const text = JSON.stringify(policy)
  parsePolicy(text)
  return text
}

function limitsOf({ kinds, links, bands, linkThreshold, maxIdentifiers }: Policy, shipped: PolicyFile): object {
  const harsh = Object.entries(shipped.kinds).map(([kind, own]) => {
    const limits = kinds[kind]
    if (limits === undefined) return [kind, own]
    const { normaliser, account, ...rest } = limits
    // A phone that begins with 9 is no normal form.
    const placeholders = kind === 'phone' ? [] : limits.placeholders
    return [kind, { ...own, ...rest, placeholders }]
  })
  return { kinds: Object.fromEntries(harsh), links, bands, linkThreshold, maxIdentifiers }
}
