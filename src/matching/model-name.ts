import { createHash } from 'node:crypto'
import type { WeightsModel } from './weights.ts'

/** The same model has the same name, another one another. */
export function nameOf(model: WeightsModel): string {
  return `fs-${createHash('sha256').update(JSON.stringify(model)).digest('hex').slice(0, 12)}`
}
