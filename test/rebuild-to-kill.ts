import { readConfig } from '../src/config.ts'
import { openGraph } from '../src/graph/graph.ts'
import { identifierKey, identifierOf } from '../src/identity/keys.ts'
import { createPolicy } from '../src/identity/policy.ts'
import { type Rules, withoutModel } from '../src/identity/resolve.ts'
import type { Observation } from '../src/identity/types.ts'
import { rebuild } from '../src/resolver/rebuild/rebuild.ts'
import { event } from './told.ts'

/** A policy under which every one of `manyCustomers` falls apart. */
export function rulesToKill(idKey: Uint8Array): Rules {
  const kinds = { email: {}, phone: {}, cookie: {}, crm_contact: { account: true } }
  return { policy: createPolicy({ kinds, maxIdentifiers: 1 }), idKey, matching: withoutModel }
}

export function manyCustomers(count: number): Observation[] {
  return Array.from({ length: count }, (_, number) =>
    event({
      observedAt: number,
      identifiers: [`cookie`, 'email'].map((kind) => identifierOf(identifierKey(kind, String(number)))),
    }),
  )
}

// A repairing rebuild in a process of its own, in small steps, for tests that kill it.
if (import.meta.main) {
  const graph = openGraph(readConfig())
  let said = false
  await rebuild({
    ...{ graph, rules: rulesToKill(new TextEncoder().encode('the key of a test')), repair: true, page: 5 },
    onRow: (step) => {
      if (step === 'repair' && !said) process.stdout.write('repairing\n')
      said ||= step === 'repair'
    },
  })
  await graph.close()
}
