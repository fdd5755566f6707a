/** An identifier as a client names it. */
export interface Known {
  readonly kind: string
  readonly value: string
}

/** What every request to the API carries. */
export function apiHeaders(): Record<string, string> {
  return { 'content-type': 'application/json' }
}

const PROFILE = `query Profile($kind: Kind!, $value: String!) {
  identifier(kind: $kind, value: $value) {
    kind value status
    customer {
      id name email phone size
      identifiers { kind value status }
      records { source sourceId name birthday city }
    }
  }
}`

/** The customer of an identifier, with its identifiers and records. */
export function profileBody({ kind, value }: Known): string {
  return JSON.stringify({ query: PROFILE, variables: { kind, value } })
}

const HUB = `query Hub($value: String!) {
  identifier(kind: pos_account, value: $value) {
    observed(limit: 1) {
      neighbour {
        key status observedCount
        observed(limit: 10) { neighbour { key kind value status customer { id name } } firstSeen lastSeen sources }
      }
    }
  }
}`

/** Of an account on the hub's phone, a page of the hub. */
export function hubBody(account: string): string {
  return JSON.stringify({ query: HUB, variables: { value: account } })
}
