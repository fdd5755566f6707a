/** The words of the domain as types. Times are milliseconds since the epoch, UTC; days are whole days since it. */

declare const brand: unique symbol
type Branded<T, B extends string> = T & { readonly [brand]: B }

/** `kind:normal form`, the key of an identifier in the graph. */
export type IdentifierKey = Branded<string, 'IdentifierKey'>
/** `source:id`, the key of a record. */
export type RecordKey = Branded<string, 'RecordKey'>
/** `c_…`, see customer-id.ts. */
export type CustomerId = Branded<string, 'CustomerId'>
/** Both keys of a pair, the lesser first, see `pairKey`. */
export type PairKey = Branded<string, 'PairKey'>
export type Kind = string
export type Millis = number
export type Day = number

export interface Identifier {
  readonly key: IdentifierKey
  readonly kind: Kind
  readonly value: string
}

/** Traits by their path (`name`, `address.city`), always text: what could not be read as its type is kept as it came. */
export type Traits = Readonly<Record<string, string>>

export type ObservationType = 'record' | 'identify' | 'track' | 'delete'

/** One source's immutable claim, normalised: every identifier has its key, the record's account is among them. */
export interface Observation {
  readonly messageId: string
  readonly source: string
  /** The delivery that brought it, '' where the message names none. */
  readonly load: string
  readonly type: ObservationType
  readonly observedAt: Millis
  /** When it reached us. History only: no customer depends on it. */
  readonly recordedAt: Millis
  /** Distinct, sorted by key. */
  readonly identifiers: readonly Identifier[]
  readonly record?: {
    readonly key: RecordKey
    readonly id: string
    readonly account: IdentifierKey
    readonly traits: Traits
  }
}

/** What a message says that identity does not use: it goes to the warehouse's `events`, with the identifier it came with. */
export interface BusinessEvent {
  readonly messageId: string
  readonly source: string
  readonly observedAt: Millis
  readonly name: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly identifier: IdentifierKey
}

/** A person's decision. Decisions about one subject form a register: the greatest (at, id) is in force. */
interface DecisionBase {
  readonly id: string
  readonly at: Millis
  readonly by: string
  readonly reason: string
}
/** `a` < `b`. `withdrawn` leaves the pair as if it had never been decided. */
export interface Assertion extends DecisionBase {
  readonly decision: 'assertion'
  readonly a: IdentifierKey
  readonly b: IdentifierKey
  readonly verdict: 'same' | 'not_same' | 'withdrawn'
}
export interface Override extends DecisionBase {
  readonly decision: 'override'
  readonly identifier: IdentifierKey
  readonly verdict: 'block' | 'allow' | 'clear'
}
/** Of a source (`source`), of one of its loads (`source`, `load`) or of one record (`source`, `record`). */
export interface Withdrawal extends DecisionBase {
  readonly decision: 'withdrawal'
  readonly scope: string
  readonly verdict: 'withdrawn' | 'reinstated'
}
export type Decision = Assertion | Override | Withdrawal

export type Status = 'linking' | 'shared' | 'blocked' | 'unsupported'
