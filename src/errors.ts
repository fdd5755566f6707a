/**
 * The one error class of the project. `code` is stable and documented, `retriable` says whether running the
 * same thing again may succeed, `remedy` is the sentence a person reads next.
 */
export class SelfsameError extends Error {
  readonly code: string
  readonly retriable: boolean
  readonly remedy: string | undefined

  constructor(code: string, message: string, options: { retriable?: boolean; remedy?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'SelfsameError'
    this.code = code
    this.retriable = options.retriable ?? false
    this.remedy = options.remedy
  }
}

/** Throws for a state that cannot be: a defect of ours, never of the input. */
export function bug(message: string): never {
  throw new SelfsameError('bug', `impossible state: ${message}`)
}
