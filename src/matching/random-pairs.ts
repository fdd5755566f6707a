/** Pairs of different indices, the lesser first: all of few records, else `most` drawn by a hash of the draw's number. */
export function* randomPairs(records: number, most: number): Generator<readonly [number, number]> {
  if ((records * (records - 1)) / 2 <= most) {
    for (let a = 0; a < records; a += 1) for (let b = a + 1; b < records; b += 1) yield [a, b]
    return
  }
  for (let [draw, drawn] = [0, 0]; drawn < most; draw += 1) {
    const [a, b] = [mix(2 * draw) % records, mix(2 * draw + 1) % records]
    if (a === b) continue
    drawn += 1
    yield a < b ? [a, b] : [b, a]
  }
}

/** A 32-bit hash of a number (the finaliser of MurmurHash3). */
export function mix(value: number): number {
  let hash = value >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
