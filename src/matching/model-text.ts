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
  comparisons: z.record(
    z.string(),
    z.record(z.string(), z.strictObject({ m: share, u: share, taught: z.number().exactOptional() })),
  ),
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

/**
 * A model as it is stored: JSON, the trees of a boosted one in base64. Throws `model_invalid` where it would not be read
 * again.
 */
export function modelText(model: Model): string {
  const text = JSON.stringify({ format: FORMAT, type: isBoosted(model) ? 'boosted' : 'fellegi-sunter', ...model })
  parseModel(text)
  return text
}

/** Reads it. Throws `model_invalid`, naming each place and what is wrong there, and no value of any record. */
export function parseModel(text: string): Model {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    // The parser's own words quote what stands around.
    throw new SelfsameError('model_invalid', 'the model is not JSON', { remedy: REMEDY })
  }
  const parsed = modelSchema.safeParse(raw)
  if (!parsed.success) {
    const places = new Set(parsed.error.issues.map(placeOf))
    throw new SelfsameError('model_invalid', `the model is not valid:\n  ${[...places].join('\n  ')}`, {
      remedy: REMEDY,
    })
  }
  const { format: _, type: __, ...model } = parsed.data
  if (isBoosted(model)) checkTrees(model.trees)
  return model
}

const REMEDY = 'train one anew: selfsame train --apply'

/** Terms are values of records, and so may be keys that do not belong there: neither is named. */
function placeOf({ path, message, code }: z.core.$ZodIssue): string {
  const terms = path.indexOf('terms')
  const place = terms < 0 ? path : path.slice(0, terms + 1)
  return `${place.join('.') || 'model'}: ${code === 'unrecognized_keys' ? 'what does not belong there' : message}`
}
