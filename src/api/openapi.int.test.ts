import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, apiOver } from '../../test/api-under-test.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiOver(async () => undefined)
})
afterAll(() => api?.close())

test('every route says what it is for, and pages stay out', async () => {
  const { paths } = (await api.app.inject({ url: '/openapi.json' })).json()
  expect(Object.keys(paths).sort()).toEqual(['/graphql', '/livez', '/metrics', '/readyz'])
  for (const [path, methods] of Object.entries<Record<string, { summary?: string }>>(paths)) {
    for (const { summary } of Object.values(methods)) expect(summary, path).toBeTruthy()
  }
  expect(paths['/graphql'].post.security).toEqual([{ bearer: [] }])
})
