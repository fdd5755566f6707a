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

/** The same function of texts, which come again and again. All are forgotten once there are too many. */
export function rememberedTexts<V extends {}>(make: (text: string) => V, most = 100_000): (text: string) => V {
  const known = new Map<string, V>()
  return (text) => {
    let value = known.get(text)
    if (value === undefined) {
      if (known.size >= most) known.clear()
      value = make(text)
      known.set(text, value)
    }
    return value
  }
}
