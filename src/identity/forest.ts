export interface Forest {
  /** The number that stands for the set of this one. */
  rootOf(number: number): number
  unite(a: number, b: number): void
}

/** Disjoint sets of the numbers from 0 to `size` (Tarjan 1975): path halving, the lesser root stays. */
export function createForest(size: number): Forest {
  const parents = new Int32Array(size)
  for (let number = 0; number < size; number += 1) parents[number] = number
  const parentOf = (number: number) => parents[number] ?? number
  function rootOf(number: number): number {
    let at = number
    while (parentOf(at) !== at) {
      const grandparent = parentOf(parentOf(at))
      parents[at] = grandparent
      at = grandparent
    }
    return at
  }
  return {
    rootOf,
    unite(a: number, b: number): void {
      const [one, other] = [rootOf(a), rootOf(b)]
      if (one < other) parents[other] = one
      else parents[one] = other
    },
  }
}
