import type { IdentifierKey } from '../identity/types.ts'
import { blockOf } from './matching.ts'

/** What a pair whose truth is known is for: to learn from, to make probabilities of margins, or to judge what was learned. */
export type Fold = 'train' | 'calibrate' | 'held_out'

const HELD_OUT_ACCOUNTS = 1 / 6
const CALIBRATING_ACCOUNTS = 1 / 12

/**
 * What a reviewed pair is for, by a digest of its accounts, so for ever the same: three in ten judge, and each has an
 * account of which no other pair teaches anything.
 */
export function foldOf({ a, b }: { readonly a: IdentifierKey; readonly b: IdentifierKey }): Fold {
  const place = Math.min(blockOf(`fold ${a}`), blockOf(`fold ${b}`)) / 2 ** 52
  if (place < HELD_OUT_ACCOUNTS) return 'held_out'
  return place < HELD_OUT_ACCOUNTS + CALIBRATING_ACCOUNTS ? 'calibrate' : 'train'
}
