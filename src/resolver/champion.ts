import { SelfsameError } from '../errors.ts'
import type { Transaction } from '../graph/graph.ts'
import { readModel } from '../graph/models.ts'
import type { ModelName } from '../graph/resolver-lock.ts'
import type { Rules } from '../identity/resolve.ts'
import { createMatching } from '../matching/matching.ts'
import { parseModel } from '../matching/model-text.ts'

/**
 * The rules with the model in force, which the graph names: every process matches by the same one from the batch on in
 * which it was promoted. Read once. Throws `model_missing`, `model_invalid`.
 */
export function createChampion(rules: Rules): (tx: Transaction, model: ModelName) => Promise<Rules> {
  let known: { readonly name: string; readonly rules: Rules } | undefined
  return async (tx, name) => {
    if (name === undefined || name === rules.matching.model) return rules
    if (known?.name === name) return known.rules
    const text = await readModel(tx, name)
    if (text === undefined) {
      throw new SelfsameError('model_missing', `the graph names the model ${name} and does not hold it`, {
        remedy: 'train one anew: selfsame train --apply',
      })
    }
    known = { name, rules: { ...rules, matching: createMatching(parseModel(text), rules.policy) } }
    return known.rules
  }
}
