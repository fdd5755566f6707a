import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases'
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth'
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives'
import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, type ValidationRule, validate } from 'graphql'
import { LRUCache } from 'lru-cache'
import { countFields } from './count-fields.ts'
import { operationId } from './operations-file.ts'
import { type Refusal, tooMuch } from './refusal.ts'

/** Tokens of a question; GraphiQL's own introspection has some 400. */
export const MOST_TOKENS = 1000
const MOST_FIELDS = 1000
const MOST_LEVELS = 12
const MOST_ALIASES = 40
const MOST_DIRECTIVES = 20
/** Texts whose verdicts are remembered. */
const REMEMBERED = 2000

/** What is wrong with the text of a question; undefined where it may be validated. */
export type CheckDocument = (text: string) => Refusal | undefined

/**
 * Checks what validation itself would choke on: two fields of one name are compared with each other wherever fragments
 * bring them together, which takes longer than the answer. So these limits are no rules beside the others but come
 * before them, the cheapest first. What cannot be parsed is left to whoever parses it next.
 */
export function createCheckDocument(schema: GraphQLSchema): CheckDocument {
  // The first time takes a fifth of a second: the schema itself is checked.
  checkText('{ __typename }', schema)
  const verdicts = new LRUCache<string, { readonly refusal: Refusal | undefined }>({ max: REMEMBERED })
  return (text) => {
    // Two thousand texts may be long.
    const digest = operationId(text)
    const known = verdicts.get(digest)
    if (known !== undefined) return known.refusal
    const refusal = checkText(text, schema)
    verdicts.set(digest, { refusal })
    return refusal
  }
}

function checkText(text: string, schema: GraphQLSchema): Refusal | undefined {
  const document = parsed(text)
  if (document === 'too many tokens') {
    return tooMuch(
      'TOO_MANY_TOKENS',
      `the question has more than ${MOST_TOKENS} tokens`,
      'ask in several requests, and give values as variables',
    )
  }
  return document === undefined ? undefined : checkDocument(document, schema)
}

function parsed(text: string): DocumentNode | 'too many tokens' | undefined {
  try {
    return parse(text, { maxTokens: MOST_TOKENS, noLocation: true })
  } catch (error) {
    // The parser has no code for it; its version is exact, and a test notices another wording.
    const isTooLong = error instanceof GraphQLError && error.message.includes(`more that ${MOST_TOKENS} tokens`)
    return isTooLong ? 'too many tokens' : undefined
  }
}

function checkDocument(document: DocumentNode, schema: GraphQLSchema): Refusal | undefined {
  if (countFields(document) > MOST_FIELDS) {
    return tooMuch(
      'TOO_MANY_FIELDS',
      `the question selects more than ${MOST_FIELDS} fields, fragments spread out`,
      'spread each fragment once, or ask in several requests',
    )
  }
  for (const { rule, refusal } of RULES) {
    let refused = false
    validate(schema, document, [rule(() => (refused = true))])
    if (refused) return refusal
  }
  return undefined
}

type Rule = (onReject: () => void) => ValidationRule

const options = (n: number, onReject: () => void) => ({ n, onReject: [onReject], propagateOnRejection: false })

const RULES: readonly { readonly rule: Rule; readonly refusal: Refusal }[] = [
  {
    rule: (onReject) => maxDepthRule({ ...options(MOST_LEVELS, onReject), flattenFragments: true }),
    refusal: tooMuch(
      'TOO_DEEP',
      `the question is nested more than ${MOST_LEVELS} levels deep`,
      'ask for the far end by its id or key in a request of its own',
    ),
  },
  {
    rule: (onReject) => maxAliasesRule(options(MOST_ALIASES, onReject)),
    refusal: tooMuch(
      'TOO_MANY_ALIASES',
      `the question has more than ${MOST_ALIASES} aliases`,
      'ask about fewer things at once, in several requests',
    ),
  },
  {
    rule: (onReject) => maxDirectivesRule(options(MOST_DIRECTIVES, onReject)),
    refusal: tooMuch(
      'TOO_MANY_DIRECTIVES',
      `the question has more than ${MOST_DIRECTIVES} directives`,
      'leave out what is not wanted instead of skipping it',
    ),
  },
]
