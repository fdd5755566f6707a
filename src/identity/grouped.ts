/**
 * The numbers from 0 to `size` by their group, those of no group (-1) left out: a counting sort. A group beyond `groups`
 * is empty.
 */
export function grouped(
  groups: number,
  size: number,
  groupOf: (number: number) => number,
): (group: number) => Uint32Array {
  const starts = new Uint32Array(groups + 1)
  for (let number = 0; number < size; number += 1) {
    const group = groupOf(number)
    if (group >= 0) starts[group + 1] = (starts[group + 1] ?? 0) + 1
  }
  for (let group = 0; group < groups; group += 1) starts[group + 1] = (starts[group + 1] ?? 0) + (starts[group] ?? 0)
  const next = starts.slice()
  const sorted = new Uint32Array(starts[groups] ?? 0)
  for (let number = 0; number < size; number += 1) {
    const group = groupOf(number)
    if (group < 0) continue
    const at = next[group] ?? 0
    sorted[at] = number
    next[group] = at + 1
  }
  return (group) => sorted.subarray(starts[group] ?? sorted.length, starts[group + 1] ?? sorted.length)
}
