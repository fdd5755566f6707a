export interface HostileQuestion {
  readonly name: string
  readonly payload: unknown
  readonly status: number
  readonly code: string
}

const FRAGMENTS = 25

/** Questions that would keep the server or the store busy for seconds, each with how it is to be refused. */
export function hostileQuestions(): readonly HostileQuestion[] {
  const times = (count: number, of: (place: number) => string) =>
    Array.from({ length: count }, (_, n) => of(n)).join(' ')
  const question = (query: string, variables: object = {}) => ({ query, variables })
  const nested = (levels: number, inner: string): string =>
    levels === 0 ? inner : `{ observed(limit: 1) { neighbour ${nested(levels - 1, inner)} } }`
  const bomb = `query { ...F0 } ${times(FRAGMENTS, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)}
    fragment F${FRAGMENTS} on Query { customers(first: 1) { id } }`
  const many = Array.from({ length: 10_000 }, (_, n) => n % 10)
  return [
    {
      name: 'twenty levels',
      payload: question(`{ identify(anything: "0912345671") ${nested(10, '{ key }')} }`),
      ...{ status: 400, code: 'TOO_DEEP' },
    },
    {
      name: 'a thousand aliases',
      payload: question(`{ ${times(1000, (n) => `a${n}: customers(first: 1) { id }`)} }`),
      ...{ status: 400, code: 'TOO_MANY_TOKENS' },
    },
    {
      name: 'as many aliases as there are tokens for',
      payload: question(`{ customers(first: 1) { ${times(320, (n) => `a${n}: id`)} } }`),
      ...{ status: 400, code: 'TOO_MANY_ALIASES' },
    },
    {
      name: 'nested fragments, each spread twice',
      payload: question(bomb),
      ...{ status: 400, code: 'TOO_MANY_FIELDS' },
    },
    {
      name: 'ten thousand entries in a list',
      payload: question(`{ identify(anything: [${many.join(',')}]) { key } }`),
      ...{ status: 400, code: 'TOO_MANY_TOKENS' },
    },
    {
      name: 'ten thousand entries in a variable',
      payload: question('query ($v: String!) { identify(anything: $v) { key } }', { v: many }),
      ...{ status: 400, code: 'LIST_TOO_LONG' },
    },
    {
      name: 'a request larger than any question',
      payload: question('query ($v: String!) { identify(anything: $v) { key } }', { v: 'x'.repeat(100_000) }),
      ...{ status: 413, code: 'REQUEST_TOO_LARGE' },
    },
    {
      name: 'lists in lists without limits',
      payload: question('{ customers { identifiers { observed { neighbour { observed { neighbour { key } } } } } } }'),
      ...{ status: 400, code: 'TOO_COSTLY' },
    },
    {
      name: 'a hundred questions at once',
      payload: Array.from({ length: 100 }, () => question('{ customers(first: 1) { id } }')),
      ...{ status: 400, code: 'BATCHING_REFUSED' },
    },
    {
      name: 'a directive again and again',
      payload: question(`{ customers(first: 1) { id ${times(30, () => '@include(if: true)')} } }`),
      ...{ status: 400, code: 'TOO_MANY_DIRECTIVES' },
    },
    {
      name: 'variables without end',
      payload: question('query ($v: String!) { identify(anything: $v) { key } }', {
        v: Array.from({ length: 90 }, () => Array.from({ length: 90 }, () => 1)),
      }),
      ...{ status: 400, code: 'TOO_MANY_VARIABLES' },
    },
  ]
}
