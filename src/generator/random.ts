/** Uniform in [0, 1), 32 bits. */
export type Random = () => number

/** Streams of random numbers that must not disturb one another: a new one goes at the end. */
const streams = ['household', 'person', 'plan', 'account', 'contact', 'card', 'message', 'recycling', 'novel'] as const
type Stream = (typeof streams)[number]

/**
 * A generator of its own for (seed, stream, index, part), so that anything can be built without what comes before.
 * sfc32 by Chris Doty-Humphrey (PractRand), the inputs as its 96 bits of state, with the 15 rounds he asks for.
 */
export function randomOf(seed: number, stream: Stream, index: number, part = 0): Random {
  const random = sfc32(mix(seed, streams.indexOf(stream)), index | 0, part | 0)
  for (let round = 0; round < 15; round++) random()
  return random
}

function sfc32(first: number, second: number, third: number): Random {
  let a = first
  let b = second
  let c = third
  let counter = 1
  return () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }
}

/** A seed (a safe integer) and a stream's number in 32 bits. */
function mix(seed: number, stream: number): number {
  const high = Math.floor(seed / 4_294_967_296)
  return scramble(scramble(seed | 0) ^ scramble(high + 0x9e37_79b9) ^ Math.imul(stream + 1, 0x85eb_ca6b))
}

/** The finaliser of MurmurHash3 (Austin Appleby): a bijection on 32 bits. */
export function scramble(word: number): number {
  let hash = word | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return hash ^ (hash >>> 16)
}

/** A whole number in [0, count). */
export const below = (random: Random, count: number): number => Math.floor(random() * count)

/** A whole number in [from, to]. */
export const between = (random: Random, from: number, to: number): number => from + below(random, to - from + 1)

export const chance = (random: Random, probability: number): boolean => random() < probability

/** One of a list that is not empty, each as likely. */
export const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T

/** How often something happens again, each time with the same chance. At most 20. */
export function repeats(random: Random, probability: number): number {
  let count = 0
  while (count < 20 && random() < probability) count++
  return count
}

/** Every entry as often as its weight (a whole number) says: picking one is then a single look-up. */
export const tickets = <T>(entries: readonly (readonly [number, T])[]): readonly T[] =>
  entries.flatMap(([weight, entry]) => Array.from({ length: weight }, () => entry))

const byteDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function hexOf(word: number): string {
  const at = (shift: number) => byteDigits[(word >>> shift) & 255] as string
  return at(24) + at(16) + at(8) + at(0)
}

/** 32 random bits as 8 hexadecimal digits. */
export const hex = (random: Random): string => hexOf(random() * 4_294_967_296)

/** A random UUID, version 4 (RFC 9562), from the generator's 128 bits. */
export function uuid(random: Random): string {
  const digits = hex(random) + hex(random) + hex(random) + hex(random)
  const variant = '89ab'[below(random, 4)]
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`
}

/** 32 bits that no other number below 2^32 gives under that seed, as 8 hexadecimal digits: every step of scramble is a bijection. */
export const uniqueHex = (seed: number, number: number): string => hexOf(scramble(number ^ scramble(seed | 0)))
