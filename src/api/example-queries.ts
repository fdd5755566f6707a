import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { Graph } from '../graph/graph.ts'

export interface ExampleQuery {
  /** One or two short lines. */
  readonly title: string
  readonly query: string
}

interface Values {
  readonly customer: string | null
  readonly identifier: { readonly kind: string; readonly value: string } | null
  readonly former: string | null
}

const NOBODY = 'c_00000000000000000000000000'

/**
 * Three questions worth asking, about values that are in the graph now: who an identifier belongs to, what joins a
 * customer, what became of an id. Where the graph is empty, they ask about nobody.
 */
export async function exampleQueries(graph: Graph): Promise<readonly ExampleQuery[]> {
  const [row] = await graph.read<Values & Record<string, unknown>>('read/example-values')
  return examplesAbout(row ?? { customer: null, identifier: null, former: null })
}

/** The same about given values; also what plans are warmed with. */
export function examplesAbout({ customer, identifier, former }: Values): readonly ExampleQuery[] {
  return [
    {
      title: 'Who is this? A phone number, an e-mail, a card,\nan account or an id, in any format.',
      query: `query WhoIsThis {
  identify(anything: ${JSON.stringify(asTyped(identifier))}) {
    kind
    value
    status
    customer {
      id
      name
      email
      phone
      identifiers { kind value firstSeen }
      records { source name birthday city }
    }
  }
}`,
    },
    {
      title: 'Why is this one customer? Where its golden record\ncomes from, and the links that join it.',
      query: `query WhatJoinsIt {
  customer(id: ${JSON.stringify(customer ?? NOBODY)}) {
    size
    golden { field value from }
    identifiers(limit: 10) {
      kind
      value
      observedCount
      observed(limit: 5) {
        neighbour { kind value status }
        firstSeen
        lastSeen
        sources
        refused
      }
    }
  }
}`,
    },
    {
      title: 'What became of an id that was given up?',
      query: `query WhatBecameOfIt {
  whatBecameOf(id: ${JSON.stringify(former ?? customer ?? NOBODY)}) {
    __typename
    ... on Customer { id name formerIds }
    ... on SeveralCustomers { former { until cause } count customers { id name } }
    ... on DeadEnd { former { until cause } status identifier { kind value } }
  }
}`,
    },
  ]
}

/** As a person would type it: phone numbers as they are dialled at home. */
function asTyped(identifier: Values['identifier']): string {
  if (identifier === null) return '0912 345 678'
  const national =
    identifier.kind === 'phone' ? parsePhoneNumberFromString(identifier.value)?.formatNational() : undefined
  return national ?? identifier.value
}
