/** What a tortured worker is told, as the JSON of its one argument; its settings are in the environment. */
export interface WorkerOrders {
  /** Of the names of its topics. */
  readonly ending: string
  /** Ports, and those through which they are reached. */
  readonly through: readonly (readonly [number, number])[]
  readonly sessionTimeoutMs: number
}

/** Exit status of a worker that could not begin, because what it needs was away. Any other end of its own is a defect. */
export const NOT_BEGUN = 3
