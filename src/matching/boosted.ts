import { createHash } from 'node:crypto'
import { z } from 'zod'
import { SelfsameError } from '../errors.ts'
import { remembered } from '../identity/remember.ts'
import { featureNames } from './features.ts'
import { createMargins } from './margins.ts'

const LARGEST = 1_000_000
/** Pairs of which features are in memory at once. */
const BATCH = 4096

/** Of a model that `ops/model` trained: what stands beside its trees. */
export const manifestSchema = z.strictObject({
  format: z.literal(1),
  name: z.string().regex(/^xgb-[0-9a-f]{12}$/),
  features: z.array(z.string()),
  /** Platt's: probability = 1 / (1 + exp(-(slope * margin + intercept))). A positive slope keeps the order. */
  calibration: z.strictObject({ slope: z.number().gt(0), intercept: z.number() }),
  /** Rows learned from, by what told their truth. */
  origins: z.record(z.string(), z.number().int()),
})

/** Trees that give raw margins, and how margins become probabilities. */
export interface BoostedTrees {
  readonly manifest: Readonly<z.infer<typeof manifestSchema>>
  /** ONNX, in base64. */
  readonly onnx: string
}

/** The name of trees: a digest of all that they answer by. */
function nameOfTrees({ manifest, onnx }: BoostedTrees): string {
  const { slope, intercept } = manifest.calibration
  const identity = [...manifest.features, slope.toFixed(6), intercept.toFixed(6)].join('\n')
  return `xgb-${createHash('sha256').update(Buffer.from(onnx, 'base64')).update(identity).digest('hex').slice(0, 12)}`
}

/** Checks that trees are what their name says and read what this program writes. Throws `model_invalid`. */
export function checkTrees(trees: BoostedTrees): BoostedTrees {
  const { features, name } = trees.manifest
  const remedy = 'train it anew, see ops/model/README.md'
  if (features.join() !== featureNames.join()) {
    throw new SelfsameError('model_invalid', `the model ${name} reads other features than this program writes`, {
      remedy,
    })
  }
  if (trees.onnx.length > LARGEST * (4 / 3)) {
    throw new SelfsameError('model_invalid', `the model ${name} is larger than ${LARGEST} bytes`, { remedy })
  }
  if (nameOfTrees(trees) !== name) {
    throw new SelfsameError('model_invalid', `the model ${name} is not what its name says`, { remedy })
  }
  return trees
}

/** Answers the probabilities of so many pairs, given by what writes their features: the same whatever the batch. */
export type Boosting = (pairs: number, write: (pair: number, row: Float32Array) => void) => Promise<number[]>

/** Once of each: opening the runtime takes longer than scoring ten thousand pairs. */
export const boostingOf: (trees: BoostedTrees) => Boosting = remembered(createBoosting)

function createBoosting({ onnx, manifest }: BoostedTrees): Boosting {
  const { slope, intercept } = manifest.calibration
  const width = featureNames.length
  const margins = createMargins(Buffer.from(onnx, 'base64'), width)
  return async (pairs, write) => {
    const probabilities: number[] = []
    for (let from = 0; from < pairs; from += BATCH) {
      const rows = new Float32Array(Math.min(BATCH, pairs - from) * width)
      for (let at = 0; at < rows.length; at += width) write(from + at / width, rows.subarray(at, at + width))
      for (const margin of await margins(rows)) probabilities.push(1 / (1 + Math.exp(-(slope * margin + intercept))))
    }
    return probabilities
  }
}
