import { SelfsameError } from '../../src/errors.ts'

export interface Named {
  readonly kind: string
  readonly value: string
}

/** Fields a question, at most: a document with more would be refused, or be a load of its own. */
const FIELDS = 10

/** Asks a server by GraphQL which identifiers have a customer by now. Throws `child_failed` where it answers an error. */
export async function askCustomers(url: string, identifiers: readonly Named[]): Promise<boolean[]> {
  const answers: boolean[] = []
  for (let at = 0; at < identifiers.length; at += FIELDS) {
    answers.push(...(await askSome(url, identifiers.slice(at, at + FIELDS))))
  }
  return answers
}

async function askSome(url: string, identifiers: readonly Named[]): Promise<boolean[]> {
  const declared = identifiers.map((_, place) => `$k${place}: Kind!, $v${place}: String!`)
  const fields = identifiers.map(
    (_, place) => `i${place}: identifier(kind: $k${place}, value: $v${place}) { customer { id } }`,
  )
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `query (${declared.join(', ')}) { ${fields.join(' ')} }`,
      variables: Object.fromEntries(
        identifiers.flatMap(({ kind, value }, place) => [
          [`k${place}`, kind],
          [`v${place}`, value],
        ]),
      ),
    }),
  })
  const { data, errors } = (await response.json()) as {
    data?: Record<string, { customer: { id: string } | null } | null>
    errors?: readonly { message: string }[]
  }
  if (data === undefined || errors !== undefined) {
    throw new SelfsameError('child_failed', `GraphQL answered ${response.status}: ${errors?.[0]?.message ?? ''}`)
  }
  return identifiers.map((_, place) => (data[`i${place}`]?.customer ?? null) !== null)
}
