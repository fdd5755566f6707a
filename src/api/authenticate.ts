import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { SelfsameError } from '../errors.ts'
import { isMeantAsApiKey } from '../keys/access-key.ts'
import { type Caller, isRole, type Role } from './caller.ts'

/** Who signs tokens, and what a token must say. Exactly one of `jwksUrl` and `secret`. */
export interface TokenRules {
  readonly issuer: string
  readonly audience: string
  /** Where the issuer publishes its keys: read when first needed, again every ten minutes and when a new key signs. */
  readonly jwksUrl?: URL
  /** Shared with the issuer, at least 32 bytes. */
  readonly secret?: Uint8Array
  /** The claim that names the role. */
  readonly roleClaim: string
}

export interface AuthenticationOptions {
  /** Undefined where no tokens are accepted. */
  readonly tokens: TokenRules | undefined
  /** The key of a secret, where there is one that was not revoked. */
  readonly findKey: (secret: string) => Promise<{ readonly id: string; readonly role: Role } | undefined>
  /** Whoever brings nothing is the developer of this machine. */
  readonly development: boolean
}

/**
 * Who asks, from the `Authorization` header alone. Throws `unauthenticated`, and `issuer_unreachable` (retriable) where
 * a token cannot be judged now.
 */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>

const DEVELOPER: Caller = { role: 'admin', name: 'development' }
/** Difference between clocks, in seconds. */
const TOLERANCE_S = 5
const LONGEST_LIFE = '24h'
const LONGEST_NAME = 200

export function createAuthenticate({ tokens, findKey, development }: AuthenticationOptions): Authenticate {
  const verify = tokens && verifier(tokens)
  return async (authorization) => {
    if (authorization === undefined) {
      if (development) return DEVELOPER
      throw unauthenticated('nobody asks anonymously', 'send Authorization: Bearer with a token or an API key')
    }
    const credential = /^bearer +(\S+)$/i.exec(authorization)?.[1]
    if (credential === undefined) {
      throw unauthenticated('the Authorization header cannot be read', 'send Bearer and a token or an API key')
    }
    if (!isMeantAsApiKey(credential)) {
      if (verify === undefined) throw unauthenticated('tokens are not accepted here', 'send an API key')
      return await verify(credential)
    }
    const key = await findKey(credential)
    if (key === undefined) throw unauthenticated('the API key is not known, or revoked', 'ask for a new one')
    return { role: key.role, name: key.id }
  }
}

/** Algorithms are those of the rules, whatever a token says of itself: none, or a public key taken for a secret. */
function verifier({ issuer, audience, jwksUrl, secret, roleClaim }: TokenRules): (token: string) => Promise<Caller> {
  const rules = { issuer, audience, clockTolerance: TOLERANCE_S, maxTokenAge: LONGEST_LIFE }
  const required = { requiredClaims: ['sub', 'exp', 'iat'] }
  const remote = jwksUrl && createRemoteJWKSet(jwksUrl)
  const key: JWTVerifyGetKey = remote ?? (async () => secret ?? new Uint8Array())
  const algorithms = remote === undefined ? ['HS256'] : ['RS256', 'ES256']
  return async (token) => {
    const payload = await jwtVerify(token, key, { ...rules, ...required, algorithms }).then(
      (verified) => verified.payload,
      (error) => {
        throw refusal(error)
      },
    )
    return callerOf(payload, roleClaim)
  }
}

function callerOf(payload: JWTPayload, roleClaim: string): Caller {
  const claimed = [payload[roleClaim]].flat()
  const [role] = claimed
  if (claimed.length !== 1 || !isRole(role)) {
    throw unauthenticated(`the token names no role in its claim ${roleClaim}`, 'have the issuer name exactly one')
  }
  const { sub = '' } = payload
  if (sub === '' || sub.length > LONGEST_NAME) {
    throw unauthenticated(
      'the token does not say whose it is',
      `have the issuer put a subject of up to ${LONGEST_NAME}`,
    )
  }
  return { role, name: sub }
}

/** Why a token is refused, without a word of it; undecided where the issuer's keys could not be read. */
function refusal(cause: unknown): SelfsameError {
  const isOurs = cause instanceof errors.JOSEError
  if (!isOurs || cause instanceof errors.JWKSTimeout || cause.code === 'ERR_JOSE_GENERIC') {
    return new SelfsameError('issuer_unreachable', "the keys of the tokens' issuer cannot be read", {
      ...{ retriable: true, cause, remedy: 'try again in a moment; check SELFSAME_JWT_JWKS_URL where it lasts' },
    })
  }
  if (cause instanceof errors.JWTExpired) return unauthenticated('the token has expired', 'sign in again')
  return unauthenticated('the token is not valid here', 'check its signature, issuer, audience and times')
}

function unauthenticated(message: string, remedy: string): SelfsameError {
  return new SelfsameError('unauthenticated', message, { remedy })
}
