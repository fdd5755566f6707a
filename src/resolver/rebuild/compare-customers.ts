import { bug, SelfsameError } from '../../errors.ts'
import type { Graph } from '../../graph/graph.ts'
import { eachCustomer, eachFormer, type StoredContent } from '../../graph/rebuild-reads.ts'
import type { Components } from '../../identity/components.ts'
import { customerId } from '../../identity/customer-id.ts'
import { customerDigest } from '../../identity/history.ts'
import { compareKeys } from '../../identity/keys.ts'
import type { PackedFacts } from '../../identity/packed-facts.ts'
import { canonicalJson } from '../../identity/policy.ts'
import { tenuresIn, tenuresText } from '../../identity/recycled.ts'
import { SHOWN_TRAITS } from '../../identity/shown-traits.ts'
import type { CustomerId, IdentifierKey } from '../../identity/types.ts'
import { differingSeen } from './compare-places.ts'
import type { CustomerNumber, CustomerTable } from './customer-table.ts'
import { type DifferingField, differingFields, type Findings } from './findings.ts'

export interface ComparedCustomers {
  /** Those that the graph lacks, holds wrongly, or should not hold. */
  readonly differing: Set<CustomerNumber>
  /** Those right in all but their marks: whether they are contested, whether they wait for a rebuild. */
  readonly marks: Set<CustomerNumber>
}

interface Comparing {
  readonly facts: PackedFacts
  readonly components: Components
  readonly customers: CustomerTable
  readonly findings: Findings
  readonly idKey: Uint8Array
}

/** Compares every customer of the graph with that of the same id that the evidence implies. Throws `id_key_differs`. */
export async function compareCustomers(
  graph: Graph,
  comparing: Comparing,
  onRow: () => void,
): Promise<ComparedCustomers> {
  const { customers, findings, idKey } = comparing
  const compared: ComparedCustomers = { differing: new Set(), marks: new Set() }
  const finding = findings.parts.customers
  let foreign = 0
  const formers = await aliveAndFormer(graph, customers)
  finding.checked = await eachCustomer(graph, (stored) => {
    onRow()
    const customer = customers.numberOf(stored.id)
    customers.stored.add(customer)
    const former = { field: 'former', graph: true, resolved: false }
    const fields = [...differences(stored, customer, comparing), ...(formers.has(stored.id) ? [former] : [])]
    const stray = customers.implied(customer) === undefined
    if (stray && stored.anchor !== null) {
      customers.anchors.set(customer, stored.anchor)
      if (customerId(idKey, stored.anchor) !== stored.id) foreign += 1
    }
    if (!stray && fields.length === 0) return
    const onlyMarks = !stray && fields.every(({ field }) => MARKS.includes(field))
    compared[onlyMarks ? 'marks' : 'differing'].add(customer)
    findings.differs('customers', { key: stored.id, difference: stray ? 'stray' : 'different', fields })
  })
  if (foreign > finding.checked / 2) throw idKeyDiffers()
  for (const [customer, id] of customers.ids.entries()) {
    if (customers.stored.has(customer)) continue
    compared.differing.add(customer)
    findings.differs('customers', { key: id, difference: 'missing', fields: [] })
  }
  return compared
}

const MARKS = ['contested', 'unresolved']

/** Ids given up that the graph holds all the same. */
async function aliveAndFormer(graph: Graph, customers: CustomerTable): Promise<ReadonlySet<CustomerId>> {
  const formers = new Set<CustomerId>()
  await eachFormer(graph, (id) => {
    if (customers.knows(id)) formers.add(id)
  })
  return formers
}

/** What is wrong about a customer that is implied; nothing of one that is not, since all of it is. */
function differences(
  stored: StoredContent,
  customer: CustomerNumber,
  { facts, components, customers }: Comparing,
): DifferingField[] {
  const implied = customers.implied(customer)
  if (implied === undefined) return []
  const held = customers
    .heldBy(customer)
    .map((ordinal) => facts.keys[ordinal] as IdentifierKey)
    .sort(compareKeys)
  const content = contentOf(stored, held)
  const same =
    stored.digest === implied.digest &&
    content !== undefined &&
    customerDigest(content) === implied.digest &&
    stored.anchor === facts.keys[implied.anchor] &&
    stored.size === held.length &&
    stored.shown.every((value, index) => value === (content.golden[SHOWN_TRAITS[index]?.path ?? ''] ?? null))
  if (same && stored.contested === implied.contested && !stored.unresolved) return []
  const resolved = components.resolve(implied.component).customers.find(({ id }) => id === stored.id)
  if (resolved === undefined) bug('a customer implied once and not again')
  return [
    ...differingFields({
      members: [held, resolved.members],
      golden: [stored.golden, canonicalJson(resolved.golden)],
      provenance: [stored.provenance, canonicalJson(resolved.provenance)],
      tenures: [stored.tenures, tenuresText(resolved.tenures)],
      shown: [stored.shown, SHOWN_TRAITS.map(({ path }) => resolved.golden[path] ?? null)],
      size: [stored.size, resolved.members.length],
      anchor: [stored.anchor, resolved.anchor],
      digest: [stored.digest, implied.digest],
      contested: [stored.contested, implied.contested],
      unresolved: [stored.unresolved, false],
    }),
    ...differingSeen(stored.seen, resolved),
  ]
}

type Content = Parameters<typeof customerDigest>[0]

/** The content of a stored customer; undefined where it cannot be read. */
function contentOf(
  { golden, provenance, tenures, seen }: StoredContent,
  members: readonly IdentifierKey[],
): Content | undefined {
  try {
    if (seen === undefined) return undefined
    const parsed = { golden: JSON.parse(golden ?? ''), provenance: JSON.parse(provenance ?? '') }
    return { members, ...parsed, tenures: tenuresIn(tenures), ...seen }
  } catch {
    return undefined
  }
}

function idKeyDiffers(): SelfsameError {
  return new SelfsameError('id_key_differs', 'the ids of the customers in the graph were made with another key', {
    remedy: 'restore the id key of this installation from the backup: with this one every id would be given up',
  })
}
