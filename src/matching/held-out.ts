import { pairKey } from '../identity/keys.ts'
import type { IdentifierKey } from '../identity/types.ts'
import { blockOf } from './matching.ts'

const HELD_OUT_SHARE = 0.3

/** Whether a reviewed pair judges models, and teaches none: by a digest of its keys, so for ever the same ones. */
export function isHeldOut({ a, b }: { readonly a: IdentifierKey; readonly b: IdentifierKey }): boolean {
  return blockOf(`held out ${pairKey(a, b)}`) < 2 ** 52 * HELD_OUT_SHARE
}
