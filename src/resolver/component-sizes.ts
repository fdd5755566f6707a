import { createKeyForest } from '../identity/forest.ts'
import type { IdentifierKey } from '../identity/types.ts'

/** What a component may have at most to be resolved while others wait. */
export interface WalkLimits {
  readonly identifiers: number
  readonly pairs: number
}

/** How large the components of a walk are as far as they are known, several at once: a disjoint-set forest. */
export class ComponentSizes {
  readonly #limits: WalkLimits
  readonly #forest = createKeyForest<IdentifierKey>()
  readonly #sizes = new Map<IdentifierKey, { identifiers: number; pairs: number }>()

  constructor(limits: WalkLimits) {
    this.#limits = limits
  }

  add(key: IdentifierKey): void {
    this.#root(key)
  }

  addPairs(key: IdentifierKey, pairs: number): void {
    this.#sizeOf(this.#root(key)).pairs += pairs
  }

  join(a: IdentifierKey, b: IdentifierKey): void {
    const [one, other] = [this.#root(a), this.#root(b)]
    if (one === other) return
    const [into, from] = [this.#sizeOf(one), this.#sizeOf(other)]
    this.#forest.unite(other, one)
    this.#sizes.set(one, { identifiers: into.identifiers + from.identifiers, pairs: into.pairs + from.pairs })
    this.#sizes.delete(other)
  }

  /** Leaves the component of an identifier, whatever its size. */
  give(key: IdentifierKey): void {
    this.#sizeOf(this.#root(key)).identifiers = Number.POSITIVE_INFINITY
  }

  /** Whether the component of an identifier is past a limit. */
  isOver(key: IdentifierKey): boolean {
    const { identifiers, pairs } = this.#sizeOf(this.#root(key))
    return identifiers > this.#limits.identifiers || pairs > this.#limits.pairs
  }

  /** Identifiers of each component, where it is within the limits. */
  within(): number[] {
    return [...this.#sizes].filter(([root]) => !this.isOver(root)).map(([, { identifiers }]) => identifiers)
  }

  #root(key: IdentifierKey): IdentifierKey {
    const root = this.#forest.rootOf(key)
    if (!this.#sizes.has(root)) this.#sizes.set(root, { identifiers: 1, pairs: 0 })
    return root
  }

  #sizeOf(root: IdentifierKey): { identifiers: number; pairs: number } {
    return this.#sizes.get(root) ?? { identifiers: 1, pairs: 0 }
  }
}
