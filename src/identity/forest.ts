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

/** The same of keys, whose number nobody knows beforehand: each is a set of its own until it is united. */
export interface KeyForest<K> {
  rootOf(key: K): K
  /** The root of `into` stands for both. */
  unite(from: K, into: K): void
}

export function createKeyForest<K>(): KeyForest<K> {
  const parents = new Map<K, K>()
  function rootOf(key: K): K {
    let root = key
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next
    for (let at = key; at !== root; ) {
      const next = parents.get(at) ?? root
      parents.set(at, root)
      at = next
    }
    return root
  }
  return {
    rootOf,
    unite(from, into) {
      const [one, other] = [rootOf(from), rootOf(into)]
      if (one !== other) parents.set(one, other)
    },
  }
}
