import { z } from 'zod'
import { SelfsameError } from '../errors.ts'
import type { WeightsModel } from './weights.ts'

/** Of the format, not of a model: raised when an older program could not read what a newer one wrote. */
const FORMAT = 1

const share = z.number().gt(0).lte(1)
const modelSchema = z.strictObject({
  format: z.literal(FORMAT),
  type: z.literal('fellegi-sunter'),
  name: z.string().min(1),
  prior: z.number().gt(0).lt(1),
  mostNameBits: z.number(),
  comparisons: z.record(z.string(), z.record(z.string(), z.strictObject({ m: share, u: share }))),
  frequencies: z.record(
    z.string(),
    z.strictObject({ collision: share, terms: z.record(z.string(), share), rare: share }),
  ),
})

/** A model as it is stored: JSON. Throws `model_invalid` where it would not be read again. */
export function modelText(model: WeightsModel): string {
  const text = JSON.stringify({ format: FORMAT, type: 'fellegi-sunter', ...model })
  parseModel(text)
  return text
}

/** Reads it. Throws `model_invalid`, naming each place and what is wrong there. */
export function parseModel(text: string): WeightsModel {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (cause) {
    throw new SelfsameError('model_invalid', `the model is not JSON: ${(cause as Error).message}`, { cause })
  }
  const parsed = modelSchema.safeParse(raw)
  if (!parsed.success) {
    const places = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'model'}: ${issue.message}`)
    throw new SelfsameError('model_invalid', `the model is not valid:\n  ${places.join('\n  ')}`, {
      remedy: 'train one anew: selfsame train --apply',
    })
  }
  const { format: _, type: __, ...model } = parsed.data
  return model
}
