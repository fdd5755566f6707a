import fc from 'fast-check'
import { Partitioners } from 'kafkajs'
import { expect, test } from 'vitest'
import { partitionOfKey } from './kafka-partition.ts'

test('a key is in the partition where the client itself would put it', () => {
  const choose = Partitioners.DefaultPartitioner()
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (key, partitions) => {
      const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
        ...{ partitionErrorCode: 0, partitionId, leader: 1, replicas: [1], isr: [1] },
      }))
      const message = { key, value: '' }
      expect(partitionOfKey(key, partitions)).toBe(choose({ topic: 't', partitionMetadata, message }))
    }),
    { numRuns: 2000 },
  )
})
