import { grouped } from '../../identity/grouped.ts'
import type { Ordinal } from '../../identity/packed-facts.ts'
import type { CustomerId, IdentifierKey } from '../../identity/types.ts'

/** The number of a customer: its place in the table. */
export type CustomerNumber = number

/** A customer that the evidence implies. */
interface Implied {
  readonly component: number
  readonly size: number
  readonly anchor: Ordinal
  readonly digest: string
  readonly contested: boolean
}

/**
 * Every customer that the graph holds or that the evidence implies, under one number each: an id is the same customer
 * on both sides. Identifiers go by their number, see `PackedFacts`.
 */
export class CustomerTable {
  readonly ids: CustomerId[] = []
  /** Those that the graph holds. */
  readonly stored = new Set<CustomerNumber>()
  /** What the graph calls the anchor of those that the evidence does not imply. */
  readonly anchors = new Map<CustomerNumber, IdentifierKey>()
  readonly #numbers = new Map<CustomerId, CustomerNumber>()
  readonly #implied: (Implied | undefined)[] = []
  /** Which identifier belongs to which customer in the graph: one entry a relationship. */
  readonly #holders: CustomerNumber[] = []
  readonly #held: Ordinal[] = []
  /** To which customer an identifier is to belong; absent where to none. */
  readonly #owners: (CustomerNumber | undefined)[] = []
  #members: ((customer: CustomerNumber) => Uint32Array) | undefined

  numberOf(id: CustomerId): CustomerNumber {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    this.#numbers.set(id, this.ids.length)
    return this.ids.push(id) - 1
  }

  knows(id: CustomerId): boolean {
    return this.#numbers.has(id)
  }

  /** In the graph the identifier belongs to the customer. All are told before `heldBy` is asked. */
  hold(id: CustomerId, identifier: Ordinal): void {
    this.#holders.push(this.numberOf(id))
    this.#held.push(identifier)
  }

  /** The evidence implies the customer, with these members. */
  imply(id: CustomerId, implied: Omit<Implied, 'size'>, members: readonly Ordinal[]): void {
    const customer = this.numberOf(id)
    this.#implied[customer] = { ...implied, size: members.length }
    for (const member of members) this.#owners[member] = customer
  }

  implied(customer: CustomerNumber): Implied | undefined {
    return this.#implied[customer]
  }

  /** The identifiers that belong to it in the graph, one entry a relationship. */
  heldBy(customer: CustomerNumber): Ordinal[] {
    this.#members ??= grouped(this.ids.length, this.#held.length, (at) => this.#holders[at] ?? -1)
    return [...this.#members(customer)].map((at) => this.#held[at] ?? -1)
  }

  /** How many identifiers belong to it, in the graph or as implied, whichever is more. */
  sizeOf(customer: CustomerNumber): number {
    return Math.max(this.heldBy(customer).length, this.#implied[customer]?.size ?? 0)
  }

  ownerOf(identifier: Ordinal): CustomerNumber | undefined {
    return this.#owners[identifier]
  }

  /** Every relationship of the graph. */
  *holdings(): Generator<readonly [customer: CustomerNumber, identifier: Ordinal]> {
    for (const [at, customer] of this.#holders.entries()) yield [customer, this.#held[at] ?? -1]
  }
}
