/** The next so many of a stream, which goes on after them (`Iterator.take` ends it). */
export function nextOf<T>(stream: Iterator<T>, count: number): T[] {
  return Array.from({ length: count }, () => stream.next().value)
}
