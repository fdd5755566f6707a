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
