import type { Random } from '../../src/generator/random.ts'

/** Draws places of a list of so many, the nth with a chance of 1/n: a few are asked for all the time, most hardly ever. */
export function zipf(size: number, random: Random): () => number {
  const sums = new Float64Array(size)
  let sum = 0
  for (let place = 0; place < size; place += 1) {
    sum += 1 / (place + 1)
    sums[place] = sum
  }
  return () => {
    const drawn = random() * sum
    let [low, high] = [0, size - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) < drawn) low = middle + 1
      else high = middle
    }
    return low
  }
}
