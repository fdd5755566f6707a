import { parseEnv } from 'node:util'
import { readFileSync } from 'node:fs'
Object.assign(process.env, parseEnv(readFileSync('.selfsame/stacks/limits/stack.env','utf8')))
const { apiOver, SMALL_WORLD, SMALL_WORLD_IDS } = await import('../../test/api-under-test.ts')
const { profileBody } = await import('./api-questions.ts')
const api = await apiOver(SMALL_WORLD, { params: SMALL_WORLD_IDS, cacheSeconds: Number(process.argv[2] ?? 0), development: false })
const url = await api.app.listen({ port: 0 })
const { Pool } = await import('undici')
const pool = new Pool(url, { connections: 16 })
const body = profileBody({ kind: 'email', value: 'an@mail.vn' })
const go = async (seconds: number, clients: number) => {
  let n = 0
  const cpu = process.cpuUsage()
  const end = performance.now() + seconds * 1000
  await Promise.all(Array.from({ length: clients }, async () => {
    while (performance.now() < end) {
      const a = await pool.request({ path: '/graphql', method: 'POST', headers: { 'content-type': 'application/json' }, body })
      await a.body.text(); n += 1
    }
  }))
  const used = process.cpuUsage(cpu)
  console.log(clients, 'clients', n / seconds, '/s; cpu ms each', (used.user + used.system) / 1000 / n)
}
await go(3, 16)
await go(5, 1)
await go(5, 16)
await pool.close()
await api.close()
process.exit()
