import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { tokenRules } from './token-rules.ts'

const folder = mkdtempSync(join(tmpdir(), 'selfsame-secret-'))
afterAll(() => rmSync(folder, { recursive: true }))
const secretFile = (text: string) => {
  const file = join(folder, `${text.length}`)
  writeFileSync(file, text)
  return file
}
const nothing = {
  ...{ jwt_issuer: undefined, jwt_audience: undefined, jwt_jwks_url: undefined, jwt_secret_file: undefined },
  ...{ jwt_role_claim: 'role', development: false },
}
const whole = { ...nothing, jwt_issuer: 'https://id.example', jwt_audience: 'selfsame' }
const jwks = { jwt_jwks_url: 'https://id.example/jwks' }

test('no tokens where nothing is said of them, else all that is said', () => {
  expect(tokenRules(nothing)).toBeUndefined()
  expect(tokenRules({ ...whole, ...jwks })).toEqual({
    ...{ issuer: 'https://id.example', audience: 'selfsame', roleClaim: 'role' },
    jwksUrl: new URL('https://id.example/jwks'),
  })
  const secret = 'x'.repeat(32)
  expect(tokenRules({ ...whole, jwt_secret_file: secretFile(`${secret}\n`) })?.secret).toEqual(Buffer.from(secret))
  expect(tokenRules({ ...whole, jwt_jwks_url: 'http://127.0.0.1:9/jwks' })?.jwksUrl?.port).toBe('9')
})

test.each([
  ['half of it', { ...nothing, ...jwks }, 'SELFSAME_JWT_ISSUER is not set'],
  ['nobody it is for', { ...whole, ...jwks, jwt_audience: undefined }, 'SELFSAME_JWT_AUDIENCE is not set'],
  ['no key', whole, 'SELFSAME_JWT_JWKS_URL or SELFSAME_JWT_SECRET_FILE is set'],
  ['two keys', { ...whole, ...jwks, jwt_secret_file: 'secret' }, 'and not both'],
  ['a line anybody may change', { ...whole, jwt_jwks_url: 'http://id.example/jwks' }, 'begins with https:'],
  ['a secret to guess', { ...whole, jwt_secret_file: secretFile('short') }, 'less than 32 bytes'],
  ['a missing secret', { ...whole, jwt_secret_file: join(folder, 'nowhere') }, 'cannot be read'],
])('%s is refused at the start', (_, config, message) => {
  expect(() => tokenRules(config)).toThrow(message)
})
