import { sources } from '../../ingest/sources/sources.ts'
import { understand } from '../../ingest/understand.ts'
import { type GenerateOptions, generate, truth } from '../../src/generator/generate.ts'
import { addObservation, emptyEvidence } from '../../src/identity/evidence.ts'
import { type Facts, factsOf } from '../../src/identity/facts.ts'
import { identifierKey } from '../../src/identity/keys.ts'
import type { Policy } from '../../src/identity/policy.ts'

/** A made-up retailer in memory: what its sources said, and whose each identifier truly is. */
export interface RetailWorld {
  readonly facts: Facts
  readonly truth: ReadonlyMap<string, string>
}

export function retailWorld(options: GenerateOptions, policy: Policy): RetailWorld {
  const evidence = emptyEvidence()
  const reading = { policy, now: Date.now(), recordedAt: 0 }
  for (const { topic, body } of generate(options)) {
    const mapping = sources.get(topic)
    const read = mapping && understand(Buffer.from(JSON.stringify(body)), mapping, reading)
    if (read?.kind === 'understood') addObservation(evidence, read.observation)
  }
  const people = Iterator.from(truth(options)).map(
    ({ kind, value, person }) => [identifierKey(kind, value), person] as const,
  )
  return { facts: factsOf(evidence), truth: new Map<string, string>(people) }
}
