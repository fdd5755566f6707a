import { SelfsameError } from '../errors.ts'

/**
 * Raw margins of rows by trees in ONNX. Loaded when first asked: who matches by weights alone needs nothing of it.
 * One thread, so that sums are taken in one order.
 */
export function createMargins(onnx: Uint8Array, width: number): (rows: Float32Array) => Promise<Float32Array> {
  let opened: ReturnType<typeof open> | undefined
  return async (rows) => {
    opened ??= open(onnx)
    const { session, Tensor } = await opened
    const input = new Tensor('float32', rows, [rows.length / width, width])
    const { margins } = await session.run({ features: input })
    return margins?.data as Float32Array
  }
}

async function open(onnx: Uint8Array) {
  try {
    const { InferenceSession, Tensor } = await import('onnxruntime-node')
    const session = await InferenceSession.create(onnx, {
      ...{ executionProviders: ['cpu'], executionMode: 'sequential' },
      ...{ intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'disabled' },
    })
    return { session, Tensor }
  } catch (cause) {
    throw new SelfsameError(
      'model_unreadable',
      `the trees of the model cannot be loaded: ${(cause as Error).message}`,
      {
        ...{
          cause,
          remedy: 'npm ci brings the runtime; where it is there, train the model anew (ops/model/README.md)',
        },
      },
    )
  }
}
