import { readFileSync } from 'node:fs'
import type { TokenRules } from './api/authenticate.ts'
import { isLoopback } from './api/loopback.ts'
import { type Config, variableOf } from './config.ts'
import { SelfsameError } from './errors.ts'

const SHORTEST_SECRET = 32

type TokenConfig = Pick<
  Config,
  'jwt_issuer' | 'jwt_audience' | 'jwt_jwks_url' | 'jwt_secret_file' | 'jwt_role_claim' | 'development'
>

/**
 * What the configuration says of tokens; undefined where it says nothing. Throws `config_invalid` where it says half of
 * it or both, where keys would be read over a line that anybody may change, and for a secret that can be guessed.
 */
export function tokenRules(config: TokenConfig): TokenRules | undefined {
  const { jwt_issuer: issuer, jwt_audience: audience, jwt_jwks_url: jwksUrl, jwt_secret_file: secretFile } = config
  if ([issuer, audience, jwksUrl, secretFile].every((each) => each === undefined)) return undefined
  if (issuer === undefined) throw incomplete('jwt_issuer', 'is not set')
  if (audience === undefined) throw incomplete('jwt_audience', 'is not set')
  if ((jwksUrl === undefined) === (secretFile === undefined)) {
    throw incomplete('jwt_jwks_url', `or ${variableOf('jwt_secret_file')} is set, and not both`)
  }
  const common = { issuer, audience, roleClaim: config.jwt_role_claim }
  if (secretFile !== undefined) return { ...common, secret: readSecret(secretFile) }
  const url = new URL(jwksUrl ?? '')
  if (url.protocol !== 'https:' && !isLoopback(url.hostname)) throw incomplete('jwt_jwks_url', 'begins with https:')
  return { ...common, jwksUrl: url }
}

function readSecret(file: string): Uint8Array {
  let secret: Buffer
  try {
    secret = Buffer.from(readFileSync(file, 'utf8').trim())
  } catch (cause) {
    throw new SelfsameError('file_missing', `${file} cannot be read`, {
      ...{ cause, remedy: `set ${variableOf('jwt_secret_file')} to the file with the secret of the tokens` },
    })
  }
  if (secret.length >= SHORTEST_SECRET) return secret
  throw incomplete('jwt_secret_file', `holds a secret of less than ${SHORTEST_SECRET} bytes`)
}

function incomplete(key: string, message: string): SelfsameError {
  return new SelfsameError('config_invalid', `the configuration of tokens: ${variableOf(key)} ${message}`, {
    remedy: 'see .env.example; API keys need none of it',
  })
}
