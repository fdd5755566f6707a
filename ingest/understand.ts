import { type ObservationMessage, type Reading, toObservation, type Understood } from '../src/identity/observation.ts'
import { decode } from './decode.ts'
import { type DeadLetter, deadLetter } from './outcome.ts'
import type { Mapping } from './shape.ts'

export interface Accepted extends Extract<Understood, { kind: 'understood' }> {
  /** The canonical message it came as, for those who send it on. */
  readonly message: ObservationMessage
}

/** Bytes to what is to be committed, or the reason why not. Never throws, whatever the bytes. */
export function understand(bytes: Uint8Array | null, mapping: Mapping, reading: Reading): Accepted | DeadLetter {
  const decoded = decode(bytes)
  if (decoded.kind === 'dead_letter') return decoded
  const mapped = mapping(decoded.value)
  return mapped.kind === 'dead_letter' ? mapped : accept(mapped.message, reading)
}

/** The same from a message that has its shape. */
export function accept(message: ObservationMessage, reading: Reading): Accepted | DeadLetter {
  const understood = toObservation(message, reading)
  return understood.kind === 'understood' ? { ...understood, message } : deadLetter(understood.reason)
}
