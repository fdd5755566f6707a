/** Three digits after the point are more than any figure of a benchmark carries. */
export function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}

export function megabytes(value: number | null): string {
  return value === null ? 'memory unknown' : `${count(value)} MB`
}

/** The greatest peak of memory in MB; null where the system does not tell. */
export function peakOf(values: readonly (number | undefined)[]): number | null {
  const known = values.flatMap((value) => value ?? [])
  return known.length === 0 ? null : round(Math.max(...known))
}
