import { get } from 'node:http'
import { describe, expect, it } from 'vitest'
import { ask, emptyGraph, live } from '../test/live.ts'
import { startServer } from './server.ts'

const quiet = { ...live(), port: 0, log_level: 'silent', development: true } as const

describe('the server', () => {
  it('listens on this machine, answers, says who may ask, and leaves', async () => {
    const graph = await emptyGraph()
    await ask(
      graph,
      "CREATE (:Identifier {key: 'email:an@mail.vn', kind: 'email', value: 'an@mail.vn', status: 'linking'})",
    )
    const server = await startServer(quiet)
    try {
      expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      expect(server.notice).toContain('without signing in')
      const answer = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ identify(anything: "AN@mail.vn") { key } }' }),
      })
      expect(await answer.json()).toEqual({ data: { identify: [{ key: 'email:an@mail.vn' }] } })
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
      expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('process_cpu_seconds_total')
      const busy = startServer({ ...quiet, port: Number(new URL(server.url).port) })
      await expect(busy).rejects.toMatchObject({ code: 'port_in_use', remedy: expect.stringContaining('--port') })
    } finally {
      const before = performance.now()
      await server.close()
      await graph.close()
      expect(performance.now() - before).toBeLessThan(10_000)
    }
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow()
  })

  it('answers no foreign host name in development but those it is told', async () => {
    const server = await startServer({ ...quiet, allowed_hosts: 'graph.example, other.example' })
    try {
      const { port } = new URL(server.url)
      expect(await statusAs(`evil.example:${port}`, port)).toBe(403)
      expect(await statusAs(`other.example:${port}`, port)).toBe(200)
      expect(await statusAs(`127.0.0.1:${port}`, port)).toBe(200)
    } finally {
      await server.close()
    }
  })

  it('lets nobody in without signing in where others reach it', async () => {
    await expect(startServer({ ...quiet, host: '0.0.0.0' })).rejects.toMatchObject({ code: 'config_invalid' })
    const server = await startServer({ ...quiet, host: '0.0.0.0', development: false })
    try {
      const { port } = new URL(server.url)
      const url = `http://127.0.0.1:${port}`
      const headers = { 'content-type': 'application/json' }
      const ask = { method: 'POST', headers, body: JSON.stringify({ query: '{ __typename }' }) }
      expect((await fetch(`${url}/graphql`, ask)).status).toBe(401)
      expect((await fetch(`${url}/`)).status).toBe(404)
      expect((await fetch(`${url}/readyz`)).status).toBe(200)
    } finally {
      await server.close()
    }
  })

  it('does not start without its policy, and says why', async () => {
    const starting = startServer({ ...quiet, policy_file: 'nowhere/policy.yaml' })
    await expect(starting).rejects.toMatchObject({
      code: 'file_missing',
      remedy: expect.stringContaining('SELFSAME_POLICY_FILE'),
    })
  })

  it('does not start without Neo4j, and says why', async () => {
    const starting = startServer({ ...quiet, neo4j_uri: 'bolt://127.0.0.1:1' })
    await expect(starting).rejects.toMatchObject({
      code: 'graph_unreachable',
      remedy: expect.stringContaining('stack'),
    })
  })
})

/** The status of an answer to a browser that knows the server by that name. */
function statusAs(host: string, port: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path: '/livez', headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    request.on('error', reject)
  })
}
