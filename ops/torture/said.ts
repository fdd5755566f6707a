import { appendFileSync, writeFileSync } from 'node:fs'
import { sources } from '../../ingest/sources/sources.ts'
import { understand } from '../../ingest/understand.ts'
import { addDecision, addObservation, type Evidence, emptyEvidence } from '../../src/identity/evidence.ts'
import type { Policy } from '../../src/identity/policy.ts'
import type { Decision } from '../../src/identity/types.ts'
import type { Outgoing } from './stream.ts'

/** Everything that was said in a round, joined as one process without faults would join it. */
export interface Said {
  readonly evidence: Evidence
  /** Message ids of all events. */
  readonly events: ReadonlySet<string>
  /** Bytes (base64) of what must become a dead letter, by reason. */
  readonly deadLetters: ReadonlyMap<string, string>
  readonly messages: readonly Outgoing[]
  readonly decisions: readonly Decision[]
  addMessage(message: Outgoing): void
  addDecision(decision: Decision): void
  /** A line of the journal: what else happened. */
  note(what: object): void
}

/** Begins the journal `file`: one line of JSON for each message, decision and fault, in their order. */
export function beginSaid(policy: Policy, file: string): Said {
  const evidence = emptyEvidence()
  const events = new Set<string>()
  const deadLetters = new Map<string, string>()
  const messages: Outgoing[] = []
  const decisions: Decision[] = []
  const reading = { policy, recordedAt: 0, now: Date.now() }
  const start = performance.now()
  writeFileSync(file, '', { mode: 0o600 })
  const note = (what: object) =>
    appendFileSync(file, `${JSON.stringify({ ms: Math.round(performance.now() - start), ...what })}\n`)
  return {
    ...{ evidence, events, deadLetters, messages, decisions, note },
    addMessage(message) {
      messages.push(message)
      note({ message })
      const mapping = sources.get(message.topic)
      if (mapping === undefined) throw new Error(`no mapping for ${message.topic}`)
      const bytes = Buffer.from(message.value)
      const read = understand(bytes, mapping, reading)
      if (read.kind === 'dead_letter') {
        deadLetters.set(bytes.toString('base64'), read.reason)
        return
      }
      addObservation(evidence, read.observation)
      if (read.event !== undefined) events.add(read.event.messageId)
    },
    addDecision(decision) {
      decisions.push(decision)
      note({ decision })
      addDecision(evidence, decision)
    },
  }
}
