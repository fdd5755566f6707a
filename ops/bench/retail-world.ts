import { type GenerateOptions, truth } from '../../src/generator/generate.ts'
import { addObservation, type Evidence, emptyEvidence } from '../../src/identity/evidence.ts'
import { type Facts, factsOf } from '../../src/identity/facts.ts'
import { identifierKey } from '../../src/identity/keys.ts'
import type { Policy } from '../../src/identity/policy.ts'
import { generatedObservations } from '../generated-observations.ts'

/** A made-up retailer in memory: what its sources said, and whose each identifier truly is. */
export interface RetailWorld {
  readonly evidence: Evidence
  readonly facts: Facts
  readonly truth: ReadonlyMap<string, string>
}

export function retailWorld(options: GenerateOptions, policy: Policy): RetailWorld {
  const evidence = emptyEvidence()
  for (const { observation } of generatedObservations(options, policy)) addObservation(evidence, observation)
  const people = Iterator.from(truth(options)).map(
    ({ kind, value, person }) => [identifierKey(kind, value), person] as const,
  )
  return { evidence, facts: factsOf(evidence), truth: new Map<string, string>(people) }
}
