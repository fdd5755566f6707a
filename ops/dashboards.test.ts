import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createMetrics } from '../src/telemetry.ts'

/** Every metric of ours that a text names. */
const namedIn = (text: string) => new Set(text.match(/selfsame_[a-z_]+[a-z](?=[^a-z_]|$)/g))

test.each(['dashboards', 'runbooks'])('%s name metrics that there are', async (folder) => {
  const exported = new Set((await createMetrics().registry.getMetricsAsJSON()).map(({ name }) => name))
  for (const file of readdirSync(join(import.meta.dirname, folder))) {
    const names = namedIn(readFileSync(join(import.meta.dirname, folder, file), 'utf8'))
    expect(names.size).toBeGreaterThan(5)
    for (const name of names) expect(exported, name).toContain(name.replace(/_(bucket|sum|count)$/, ''))
  }
})
