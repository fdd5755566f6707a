import type { Graph } from '../graph/graph.ts'
import { readChampion } from '../graph/models.ts'
import { defaultWeights } from '../matching/default-weights.ts'
import type { Model } from '../matching/model.ts'
import { parseModel } from '../matching/model-text.ts'

/** The model by which the graph is matched: the default until one is promoted. Throws `model_invalid`. */
export async function modelInForce(graph: Graph): Promise<Model> {
  const champion = await readChampion(graph)
  return champion === undefined ? defaultWeights : parseModel(champion.text)
}
