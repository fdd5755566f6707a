import { cannotLinks, groupOf, notSamePartners } from '../src/identity/cannot-link.ts'
import { customerId } from '../src/identity/customer-id.ts'
import { addDecision, addObservation, emptyEvidence } from '../src/identity/evidence.ts'
import { factsOf } from '../src/identity/facts.ts'
import { evolve, type FormerCustomer, leadsTo, type StoredCustomer } from '../src/identity/history.ts'
import { pairOf } from '../src/identity/keys.ts'
import { toObservation } from '../src/identity/observation.ts'
import type { Policy } from '../src/identity/policy.ts'
import { type Resolution, recordsByAccount, resolve, withoutModel } from '../src/identity/resolve.ts'
import type { CustomerId, IdentifierKey, PairKey } from '../src/identity/types.ts'
import type { Door, DoorState } from './run-scenario.ts'

/** The door without a house: evidence folded and resolved in memory, nothing between a message and its customer. */
export function pureDoor(policy: Policy): Door {
  const evidence = emptyEvidence()
  const alive = new Map<CustomerId, StoredCustomer>()
  const former = new Map<CustomerId, FormerCustomer>()
  const rules = {
    policy,
    matching: withoutModel,
    idKey: new TextEncoder().encode('the key of a test'),
  }
  let recordedAt = 0
  let now: Resolution = { statuses: new Map(), customers: [], refused: nothing(), scored: [] }

  const membersWith = (key: IdentifierKey) => now.customers.find(({ members }) => members.includes(key))
  function reasonsFor(pair: PairKey) {
    const facts = factsOf(evidence)
    const notSame = notSamePartners(facts.assertions)
    const [a, b] = pairOf(pair).map((key) => membersWith(key)?.members ?? [])
    const groups = [a, b].map((members) => groupOf(members ?? [], recordsByAccount(facts), notSame))
    const constraints = { policy, contradicts: withoutModel.contradicts, notSame }
    return [...cannotLinks(groups[0] as never, groups[1] as never, (key) => b?.includes(key) ?? false, constraints)]
  }

  return {
    async apply(items) {
      for (const item of items) {
        recordedAt += 1
        if (item.kind === 'decision') addDecision(evidence, item.decision)
        else {
          const understood = toObservation(item.message, { policy, recordedAt, now: Number.MAX_SAFE_INTEGER })
          if (understood.kind === 'rejected') throw new Error(`rejected: ${understood.reason}`)
          addObservation(evidence, understood.observation)
        }
      }
      now = await resolve(evidence, rules)
      const formers = now.customers.flatMap(({ id }) => former.get(id) ?? [])
      const { saved, retired, revived } = evolve([...alive.values()], formers, now.customers)
      for (const id of revived) former.delete(id)
      for (const gone of retired) {
        alive.delete(gone.id)
        former.set(gone.id, gone)
      }
      for (const { customer, version, digest } of saved) alive.set(customer.id, { ...customer, version, digest })
    },
    async state(): Promise<DoorState> {
      const supported = factsOf(evidence).observed
      const refused = [...now.refused.observed, ...now.refused.scored, ...now.refused.asserted]
      return {
        customers: now.customers.map(({ id, members, golden }) => ({
          id,
          members,
          golden,
          version: alive.get(id)?.version ?? 0,
        })),
        statuses: now.statuses,
        refused: new Map(refused.map((pair) => [pair, reasonsFor(pair)])),
        edges: new Map([...evidence.observed.keys()].map((pair) => [pair, { supported: supported.has(pair) }])),
      }
    },
    idOf: (anchor) => customerId(rules.idKey, anchor),
    async leadsTo(id) {
      const gone = former.get(id)
      if (gone === undefined) return { type: 'customers', ids: [id] }
      return leadsTo(gone, (key) => membersWith(key)?.id)
    },
  }
}

function nothing(): Resolution['refused'] {
  return { observed: new Set(), scored: new Set(), asserted: new Set() }
}
