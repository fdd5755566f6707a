import { z } from 'zod'
import { SelfsameError } from '../errors.ts'
import { checkTrees, manifestSchema } from './boosted.ts'
import { isBoosted, type Model } from './model.ts'

/** Of the format, not of a model: raised when an older program could not read what a newer one wrote. */
const FORMAT = 1

const share = z.number().gt(0).lte(1)
const weightsShape = {
  name: z.string().min(1),
  prior: z.number().gt(0).lt(1),
  mostNameBits: z.number(),
  comparisons: z.record(z.string(), z.record(z.string(), z.strictObject({ m: share, u: share }))),
  frequencies: z.record(
    z.string(),
    z.strictObject({ collision: share, terms: z.record(z.string(), share), rare: share }),
  ),
}
const format = z.literal(FORMAT)
const modelSchema = z.discriminatedUnion('type', [
  z.strictObject({ format, type: z.literal('fellegi-sunter'), ...weightsShape }),
  z.strictObject({
    ...{ format, type: z.literal('boosted'), name: z.string().min(1) },
    trees: z.strictObject({ manifest: manifestSchema, onnx: z.base64() }),
    weights: z.strictObject(weightsShape),
  }),
])

/** A model as it is stored: JSON, the trees of a boosted one in base64. */
export function modelText(model: Model): string {
  return JSON.stringify({ format: FORMAT, type: isBoosted(model) ? 'boosted' : 'fellegi-sunter', ...model })
}

/** Reads it. Throws `model_invalid`, naming each place and what is wrong there. */
export function parseModel(text: string): Model {
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
  if (isBoosted(model)) checkTrees(model.trees)
  return model
}
