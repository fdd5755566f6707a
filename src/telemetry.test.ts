import { describe, expect, test } from 'vitest'
import { SelfsameError } from './errors.ts'
import { createMetrics, safeError } from './telemetry.ts'

describe('an error in the log', () => {
  test('repeats nothing that a parser or a store quotes', () => {
    const told: string[] = []
    const cause = Object.assign(new Error("Node(7) already exists with `key` = 'email:an@mail.vn'\n  at an@mail.vn"), {
      code: 'Neo.ClientError.Schema.ConstraintValidationFailed',
    })
    told.push(JSON.stringify(safeError(new SelfsameError('graph_refused', 'Neo4j refused a statement', { cause }))))
    try {
      JSON.parse('{"email": an@mail.vn}')
    } catch (error) {
      told.push(JSON.stringify(safeError(error)))
    }
    expect(told.join()).not.toContain('an@mail.vn')
    expect(told[0]).toContain('Neo4j refused a statement')
    expect(told[0]).toContain('ConstraintValidationFailed')
    expect(told[1]).toContain('SyntaxError')
  })

  test('says where it happened', () => {
    expect(JSON.stringify(safeError(new TypeError('x')))).toContain('telemetry.test.ts')
  })

  test('may be no error at all', () => {
    expect(safeError('an@mail.vn')).toEqual({ type: 'string' })
  })
})

test('metrics are ours by name, in base units, and two registries do not collide', async () => {
  createMetrics()
  const { registry, events, batchSeconds } = createMetrics()
  events.inc({ outcome: 'applied', topic: 'observations' }, 3)
  batchSeconds.observe({ step: 'read' }, 0.25)
  const text = await registry.metrics()
  expect(text).toContain('selfsame_events_total{outcome="applied",topic="observations"} 3')
  expect(text).toContain('selfsame_batch_seconds_sum{step="read"} 0.25')
})
