import { hash } from 'node:crypto'
import { isSupportedCountry } from 'libphonenumber-js/max'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { SelfsameError } from '../errors.ts'
import { traitRoles } from './trait-roles.ts'
import type { Kind } from './types.ts'

const probability = z.number().gt(0).max(1)
const kindName = z.string().regex(/^[a-z][a-z0-9_]*$/, 'a kind is lower case letters, digits and underscores')
const country = z.string().refine(isSupportedCountry, 'no country of ISO 3166-1 alpha-2, such as VN')
const limit = z.number().int().min(0)

const kindSchema = z
  .strictObject({
    normaliser: z
      .enum(['email', 'phone', 'card', 'opaque'])
      .default('opaque')
      .describe('how a value becomes its normal form'),
    account: z
      .boolean()
      .default(false)
      .describe("scoped: `scope:value`, the scope being its own or the message's source"),
    strength: probability.default(0.9).describe('probability that two identifiers seen together are one customer'),
    changesHands: z
      .boolean()
      .default(false)
      .describe('given to somebody else after a time, as phone numbers are: each period of it links to its holder'),
    placeholders: z
      .array(z.string())
      .default([])
      .describe('normal forms that name nobody; `*` stands for any characters'),
    sharedAbove: z
      .record(kindName, limit)
      .default({})
      .describe('shared when it has more distinct neighbours of that kind than this'),
    perCustomer: limit
      .nullable()
      .default(null)
      .describe('how many of the kind one customer may have; null: any number'),
  })
  .superRefine(({ normaliser, placeholders }, context) => {
    for (const [index, placeholder] of placeholders.entries()) {
      if (isNormal(normaliser, placeholder)) continue
      const message =
        'never matches: write it as the normal form (e-mail in lower case, phone as +84…, card in capitals)'
      context.addIssue({ code: 'custom', path: ['placeholders', index], message })
    }
  })

const survivorshipRule = z.strictObject({
  rule: z.enum(['latest', 'earliest', 'longest', 'most_frequent']).default('latest'),
  sources: z.array(z.string()).default([]).describe('sources that are believed first, best first'),
})

const matchingSchema = z
  .strictObject({
    maxBlock: z
      .number()
      .int()
      .min(2)
      .default(30)
      .describe(
        'records of one blocking key above which it proposes no pair; a third of it where strangers share the key easily',
      ),
    contradictionBits: z
      .number()
      .max(0)
      .default(-2)
      .describe('match weight, prior left out, at or below which two records are two people'),
    traits: z
      .record(z.string(), z.enum(traitRoles))
      .default({})
      .describe('what a trait is about, where its name does not tell: how it is compared'),
  })
  .prefault({})

const policySchema = z.strictObject({
  defaultCountry: country.default('VN').describe('country of phone numbers without a country code'),
  foldEmails: z.boolean().default(false).describe('take dots and plus tags out of e-mail addresses'),
  kinds: z.record(kindName, kindSchema),
  sources: z
    .record(
      z.string(),
      z.strictObject({
        account: kindName.optional().describe('the kind of the account that its records are about'),
        country: country.optional(),
      }),
    )
    .default({}),
  links: z
    .array(z.strictObject({ kinds: z.tuple([kindName, kindName]), probability }))
    .default([])
    .describe('probability of an OBSERVED edge between two kinds; absent: the lesser strength of both'),
  bands: z.array(probability).min(1).max(3).default([0.97, 0.9, 0.8]).describe('lower bounds of the bands, best first'),
  linkThreshold: probability.default(0.85).describe('probability from which a scored pair is a link'),
  reviewThreshold: probability
    .default(0.5)
    .describe('probability from which a scored pair is kept, for a person to look at where it is no link'),
  maxIdentifiers: z.number().int().min(1).default(200).describe('how many identifiers one customer may have'),
  survivorship: z.record(z.string(), survivorshipRule).default({}),
  matching: matchingSchema,
})

export type SurvivorshipRule = Readonly<z.infer<typeof survivorshipRule>>
type PolicyText = z.infer<typeof policySchema>

/** What people decided in advance. Frozen; `hash` names it, and is stored with what it produced. */
export interface Policy extends Readonly<PolicyText> {
  readonly hash: string
  /** Probability of an OBSERVED edge between two kinds. */
  linkProbability(a: Kind, b: Kind): number
  /** 0 is the strongest band. */
  band(probability: number): number
  isPlaceholder(kind: Kind, value: string): boolean
}

/** Parses the text of a policy file (YAML). Throws `policy_invalid`, naming each place and what is wrong there. */
export function parsePolicy(text: string): Policy {
  let raw: unknown
  try {
    raw = parseYaml(text)
  } catch (cause) {
    throw new SelfsameError('policy_invalid', `the policy is not YAML: ${(cause as Error).message}`, { cause })
  }
  return createPolicy(raw)
}

/** The same from an object already read. */
export function createPolicy(raw: unknown): Policy {
  const parsed = policySchema.safeParse(raw)
  if (!parsed.success) {
    const places = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'policy'}: ${issue.message}`)
    throw new SelfsameError('policy_invalid', `the policy is not valid:\n  ${places.join('\n  ')}`, {
      remedy: 'correct the places named, or start from ops/policy.yaml',
    })
  }
  const policy = parsed.data
  checkKindsAreDeclared(policy)
  checkThresholds(policy)
  const bands = [...policy.bands].sort((a, b) => b - a)
  const probabilities = new Map(policy.links.map(({ kinds, probability }) => [kindPair(...kinds), probability]))
  const placeholders = new Map(
    Object.entries(policy.kinds).map(([kind, { placeholders }]) => [kind, matcher(placeholders)]),
  )
  return deepFreeze({
    ...policy,
    hash: canonicalDigest(policy).slice(0, 16),
    linkProbability: (a: Kind, b: Kind) =>
      probabilities.get(kindPair(a, b)) ?? Math.min(policy.kinds[a]?.strength ?? 0, policy.kinds[b]?.strength ?? 0),
    band: (probability: number) => {
      const index = bands.findIndex((bound) => probability >= bound)
      return index < 0 ? bands.length : index
    },
    isPlaceholder: (kind: Kind, value: string) => placeholders.get(kind)?.(value) ?? false,
  })
}

function checkKindsAreDeclared(policy: PolicyText): void {
  const named = [
    ...Object.values(policy.kinds).flatMap((kind) => Object.keys(kind.sharedAbove)),
    ...Object.values(policy.sources).flatMap((source) => source.account ?? []),
    ...policy.links.flatMap((link) => link.kinds),
  ]
  const unknown = [...new Set(named)].filter((kind) => !Object.hasOwn(policy.kinds, kind))
  if (unknown.length > 0) {
    throw new SelfsameError('policy_invalid', `the policy uses kinds that it does not declare: ${unknown.join(', ')}`, {
      remedy: 'declare them under `kinds`',
    })
  }
}

function checkThresholds({ reviewThreshold, linkThreshold }: PolicyText): void {
  if (reviewThreshold <= linkThreshold) return
  throw new SelfsameError(
    'policy_invalid',
    `reviewThreshold ${reviewThreshold} is above linkThreshold ${linkThreshold}`,
    {
      remedy: 'links are the best of the pairs that are kept: lower reviewThreshold',
    },
  )
}

/** Whether a placeholder could be a normal form; the rest of normalising only shortens what can be. */
function isNormal(normaliser: 'email' | 'phone' | 'card' | 'opaque', placeholder: string): boolean {
  switch (normaliser) {
    case 'email':
      return placeholder === placeholder.toLowerCase()
    case 'phone':
      return /^[+*][\d*]*$/.test(placeholder)
    case 'card':
      return placeholder === placeholder.toUpperCase().replaceAll(/[\s\p{Pd}]/gu, '')
    case 'opaque':
      return placeholder === placeholder.trim()
  }
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part)
  return Object.freeze(value)
}

function kindPair(a: Kind, b: Kind): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`
}

function matcher(globs: readonly string[]): (value: string) => boolean {
  const exact = new Set(globs.filter((glob) => !glob.includes('*')))
  const patterns = globs.filter((glob) => glob.includes('*')).map((glob) => glob.split('*'))
  return (value) => exact.has(value) || patterns.some((pieces) => hasInOrder(value, pieces))
}

// Piece by piece, in linear time: a regular expression of several stars may take for ever on one value.
function hasInOrder(value: string, [first = '', ...rest]: readonly string[]): boolean {
  const last = rest.pop() ?? ''
  if (!value.startsWith(first)) return false
  let at = first.length
  for (const piece of rest) {
    const found = value.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return value.length - last.length >= at && value.endsWith(last)
}

/** JSON with the keys of every object in order: equal values, equal texts. */
export function canonicalJson(value: unknown): string {
  return canonicalPart(value) ?? 'null'
}

/** Equal values, equal digests: 128 bits of SHA-256 over canonical JSON, as 32 hexadecimal digits. */
export function canonicalDigest(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex').slice(0, 32)
}

// By hand: JSON.stringify with a function that sorts costs several times as much, and every golden record is written so.
function canonicalPart(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  let text = ''
  for (const key of sortedKeys(value)) {
    const part = canonicalPart((value as Readonly<Record<string, unknown>>)[key])
    if (part !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${part}`
  }
  return `{${text}}`
}

// Most come in order already, and to sort what is sorted takes a third of the whole.
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value)
  return keys.every((key, index) => index === 0 || (keys[index - 1] as string) < key) ? keys : keys.sort()
}
