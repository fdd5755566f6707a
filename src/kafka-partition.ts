const SEED = 0x9747b28c
const M = 0x5bd1e995

/**
 * The partition of a key, the one that every Kafka client puts it in by default: murmur2 of its UTF-8 bytes. Computed
 * here because the client does so by big integers, which takes longer than to write the message.
 */
export function partitionOfKey(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions
}

/** Austin Appleby's MurmurHash2 in 32 bits, with the seed that Kafka chose. */
function murmur2(bytes: Uint8Array): number {
  const { length } = bytes
  const at = (index: number) => bytes[index] as number
  const whole = length & ~3
  let hash = SEED ^ length
  for (let index = 0; index < whole; index += 4) {
    let word = at(index) | (at(index + 1) << 8) | (at(index + 2) << 16) | (at(index + 3) << 24)
    word = Math.imul(word, M)
    word = Math.imul(word ^ (word >>> 24), M)
    hash = Math.imul(hash, M) ^ word
  }
  const rest = length - whole
  if (rest === 3) hash ^= at(whole + 2) << 16
  if (rest >= 2) hash ^= at(whole + 1) << 8
  if (rest >= 1) hash = Math.imul(hash ^ at(whole), M)
  hash = Math.imul(hash ^ (hash >>> 13), M)
  return hash ^ (hash >>> 15)
}
