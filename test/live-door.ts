import { carryOut, type WithdrawalSubject } from '../src/commands/withdraw.ts'
import type { Graph } from '../src/graph/graph.ts'
import { customerId } from '../src/identity/customer-id.ts'
import { parseSupport } from '../src/identity/evidence.ts'
import { leadsTo } from '../src/identity/history.ts'
import { toObservation } from '../src/identity/observation.ts'
import type { Rules } from '../src/identity/resolve.ts'
import type { Decision, Observation, Withdrawal } from '../src/identity/types.ts'
import { createResolver } from '../src/resolver/resolver.ts'
import type { Resolver } from '../src/resolver/resolver-types.ts'
import { customersIn, formersIn, links, resolutionIn } from './graph-state.ts'
import type { Door } from './run-scenario.ts'

/** The resolver on a real graph as a door. The graph is to be empty. */
export function liveDoor(graph: Graph, rules: Rules): Door {
  const resolver = createResolver({ graph, rules })
  let recordedAt = 0
  return {
    async apply(items) {
      await applyAll(
        graph,
        resolver,
        items.map((item) => {
          if (item.kind === 'decision') return item.decision
          recordedAt += 1
          const read = toObservation(item.message, { policy: rules.policy, recordedAt, now: Number.MAX_SAFE_INTEGER })
          if (read.kind === 'rejected') throw new Error(`rejected: ${read.reason}`)
          return read.observation
        }),
      )
    },
    async state() {
      const { statuses, refused } = await resolutionIn(graph)
      const edges = await links(graph, 'OBSERVED')
      const pairs = [...refused.observed, ...refused.scored, ...refused.asserted]
      return {
        customers: await customersIn(graph),
        statuses,
        refused: new Map(pairs.map((pair) => [pair, undefined])),
        edges: new Map(edges.map(({ pair, supported }) => [pair, { supported }])),
      }
    },
    idOf: (anchor) => customerId(rules.idKey, anchor),
    async leadsTo(id) {
      const customers = await customersIn(graph)
      if (customers.some((customer) => customer.id === id)) return { type: 'customers', ids: [id] }
      const former = (await formersIn(graph)).find((one) => one.id === id)
      if (former === undefined) throw new Error('an id that leads nowhere')
      return leadsTo(former, (key) => customers.find(({ members }) => members.includes(key))?.id)
    },
  }
}

/** Commits observations and decisions as one batch; withdrawals after it, by the command that also carries them out. */
export async function applyAll(
  graph: Graph,
  resolver: Resolver,
  items: readonly (Observation | Decision)[],
): Promise<void> {
  const isObservation = (item: Observation | Decision): item is Observation => 'messageId' in item
  const isWithdrawal = (item: Observation | Decision): item is Withdrawal =>
    !isObservation(item) && item.decision === 'withdrawal'
  const decisions = items.filter((item): item is Decision => !isObservation(item) && !isWithdrawal(item))
  await resolver.apply({ observations: items.filter(isObservation), decisions })
  for (const decision of items.filter(isWithdrawal)) {
    await carryOut({ graph, resolver }, decision, subjectOf(decision.scope))
  }
}

function subjectOf(scope: string): WithdrawalSubject {
  const { source, load, recordId } = parseSupport(scope)
  return { source, load: load === '' ? undefined : load, record: recordId }
}
