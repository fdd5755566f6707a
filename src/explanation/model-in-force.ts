import type { Graph } from '../graph/graph.ts'
import { readChampion } from '../graph/models.ts'
import { defaultWeights } from '../matching/default-weights.ts'
import { parseModel } from '../matching/model-text.ts'
import type { WeightsModel } from '../matching/weights.ts'

/** The model by which the graph is matched: the default until one is promoted. Throws `model_invalid`. */
export async function modelInForce(graph: Graph): Promise<WeightsModel> {
  const champion = await readChampion(graph)
  return champion === undefined ? defaultWeights : parseModel(champion.text)
}
