import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SelfsameError } from '../errors.ts'
import { type BoostedTrees, checkTrees, manifestSchema } from '../matching/boosted.ts'

/** Reads the folder that `ops/model` wrote. Throws `model_invalid` where it holds none, or one that is not as it says. */
export function readTrees(folder: string): BoostedTrees {
  try {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')))
    return checkTrees({ manifest, onnx: readFileSync(join(folder, 'model.onnx')).toString('base64') })
  } catch (cause) {
    if (cause instanceof SelfsameError) throw cause
    throw new SelfsameError('model_invalid', `${folder} holds no boosted model: ${(cause as Error).message}`, {
      ...{ cause, remedy: 'name a folder that ops/model/python train wrote, such as ops/model/shipped' },
    })
  }
}
