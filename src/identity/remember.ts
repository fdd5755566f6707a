/** The same function, asked once of each for as long as that is kept. */
export function remembered<K extends WeakKey, V extends {}>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>()
  return (key) => {
    let value = known.get(key)
    if (value === undefined) {
      value = make(key)
      known.set(key, value)
    }
    return value
  }
}

/** The same function, asked once. */
export function once<V extends {}>(make: () => V): () => V {
  let value: V | undefined
  return () => {
    value ??= make()
    return value
  }
}

/** The same function of values that come again and again. All are forgotten once there are so many. */
export function rememberedValues<K extends string | number, V extends {}>(
  make: (key: K) => V,
  most = 100_000,
): (key: K) => V {
  const known = new Map<K, V>()
  return (key) => {
    let value = known.get(key)
    if (value === undefined) {
      if (known.size >= most) known.clear()
      value = make(key)
      known.set(key, value)
    }
    return value
  }
}
