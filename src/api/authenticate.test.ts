import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuthenticate } from './authenticate.ts'

const ISSUER = 'https://id.example'
const AUDIENCE = 'selfsame'
const claims = { role: 'steward', sub: 'mai', iss: ISSUER, aud: AUDIENCE }
const now = () => Math.floor(Date.now() / 1000)

const rsa = await generateKeyPair('RS256', { extractable: true })
const ec = await generateKeyPair('ES256', { extractable: true })
const rotated = await generateKeyPair('RS256', { extractable: true })
const stranger = await generateKeyPair('RS256')
const published: { keys: object[] } = { keys: [] }
let served = 0
const issuer = createServer((_, response) => {
  served += 1
  response.setHeader('content-type', 'application/json').end(JSON.stringify(published))
})
let jwksUrl: URL

beforeAll(async () => {
  published.keys.push({ ...(await exportJWK(rsa.publicKey)), kid: 'rsa', alg: 'RS256' })
  published.keys.push({ ...(await exportJWK(ec.publicKey)), kid: 'ec', alg: 'ES256' })
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve))
  jwksUrl = new URL(`http://127.0.0.1:${(issuer.address() as AddressInfo).port}/jwks`)
})
afterAll(() => issuer.close())

const findKey = async (secret: string) => (secret === 'sk_known' ? { id: 'key_1', role: 'app' as const } : undefined)
const rules = { issuer: ISSUER, audience: AUDIENCE, roleClaim: 'role' }
const signed = (
  payload: { readonly [claim: string]: unknown },
  { alg = 'RS256', kid = 'rsa', key = rsa.privateKey }: Signing = {},
) => new SignJWT({ iat: now(), exp: now() + 60, ...payload }).setProtectedHeader({ alg, kid }).sign(key)
interface Signing {
  readonly alg?: string
  readonly kid?: string
  readonly key?: CryptoKey | Uint8Array
}

test('a token of the issuer, whichever of its keys signed; an API key; nobody', async () => {
  const authenticate = createAuthenticate({ tokens: { ...rules, jwksUrl }, findKey, development: false })
  const mai = { role: 'steward', name: 'mai' }
  expect(await authenticate(`Bearer ${await signed(claims)}`)).toEqual(mai)
  expect(await authenticate(`bearer ${await signed(claims, { alg: 'ES256', kid: 'ec', key: ec.privateKey })}`)).toEqual(
    mai,
  )
  expect(await authenticate('Bearer sk_known')).toEqual({ role: 'app', name: 'key_1' })
  for (const header of [undefined, '', 'Basic c2s6', 'Bearer', 'Bearer ', 'Bearer sk_other', 'Bearer a b']) {
    await expect(authenticate(header), String(header)).rejects.toMatchObject({ code: 'unauthenticated' })
  }
})

test('nobody signs in on a machine of development', async () => {
  const authenticate = createAuthenticate({ tokens: undefined, findKey, development: true })
  expect(await authenticate(undefined)).toEqual({ role: 'admin', name: 'development' })
  await expect(authenticate('Bearer nonsense')).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('a forged, foreign or timed-out token is nobody, and nothing of it is repeated', async () => {
  const authenticate = createAuthenticate({ tokens: { ...rules, jwksUrl }, findKey, development: false })
  const publicKey = new TextEncoder().encode(JSON.stringify(await exportJWK(rsa.publicKey)))
  const times = { iat: now(), exp: now() + 60 }
  const forged: Record<string, string> = {
    none: new UnsecuredJWT({ ...claims, ...times }).encode(),
    'the public key for a secret': await signed(claims, { alg: 'HS256', key: publicKey }),
    'a stranger under a known key id': await signed(claims, { key: stranger.privateKey }),
    'an unknown key id': await signed(claims, { kid: 'other', key: stranger.privateKey }),
    'a path for a key id': await signed(claims, { kid: '../../etc/passwd', key: stranger.privateKey }),
    'another issuer': await signed({ ...claims, iss: 'https://evil.example' }),
    'another audience': await signed({ ...claims, aud: 'other' }),
    expired: await signed({ ...claims, iat: now() - 120, exp: now() - 60 }),
    'without end': await signed({ ...claims, exp: undefined }),
    'of the future': await signed({ ...claims, iat: now() + 600, exp: now() + 900 }),
    'not yet': await signed({ ...claims, nbf: now() + 600 }),
    'of last year': await signed({ ...claims, iat: now() - 365 * 86_400, exp: now() + 60 }),
    'no role': await signed({ ...claims, role: undefined }),
    'a role that is none': await signed({ ...claims, role: 'superuser' }),
    'two roles': await signed({ ...claims, role: ['app', 'admin'] }),
    'no subject': await signed({ ...claims, sub: undefined }),
    'cut off': (await signed(claims)).slice(0, -4),
    'no token': 'abc',
  }
  for (const [name, token] of Object.entries(forged)) {
    const error = await authenticate(`Bearer ${token}`).then(
      () => undefined,
      (thrown: Error & { code: string; remedy: string }) => thrown,
    )
    expect(error?.code, name).toBe('unauthenticated')
    expect(`${error?.message} ${error?.remedy}`, name).not.toContain(token)
  }
})

test('a secret is shared with the issuer, and its public keys are none', async () => {
  const secret = new TextEncoder().encode('x'.repeat(32))
  const authenticate = createAuthenticate({ tokens: { ...rules, secret }, findKey, development: false })
  expect(await authenticate(`Bearer ${await signed(claims, { alg: 'HS256', key: secret })}`)).toMatchObject({
    name: 'mai',
  })
  const other = new TextEncoder().encode('y'.repeat(32))
  for (const wrong of [await signed(claims), await signed(claims, { alg: 'HS256', key: other })]) {
    await expect(authenticate(`Bearer ${wrong}`)).rejects.toMatchObject({ code: 'unauthenticated' })
  }
})

test('a key that the issuer adds is read when it first signs', async () => {
  const authenticate = createAuthenticate({ tokens: { ...rules, jwksUrl }, findKey, development: false })
  const before = served
  published.keys.push({ ...(await exportJWK(rotated.publicKey)), kid: 'new', alg: 'RS256' })
  expect(await authenticate(`Bearer ${await signed(claims, { kid: 'new', key: rotated.privateKey })}`)).toMatchObject({
    name: 'mai',
  })
  expect(served).toBe(before + 1)
})

test('while the keys of the issuer cannot be read nobody is refused for good', async () => {
  const nowhere = new URL('http://127.0.0.1:1/jwks')
  const authenticate = createAuthenticate({ tokens: { ...rules, jwksUrl: nowhere }, findKey, development: false })
  await expect(authenticate(`Bearer ${await signed(claims)}`)).rejects.toMatchObject({
    ...{ code: 'issuer_unreachable', retriable: true },
  })
})
