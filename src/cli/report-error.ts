import { SelfsameError } from '../errors.ts'

/**
 * Says on stderr what went wrong and what to do, and answers the exit status. A stack trace is for defects of ours
 * alone: never for what a person did wrong or a service that is down.
 */
export function reportError(error: unknown): number {
  if (error instanceof SelfsameError && error.code !== 'bug' && error.code !== 'internal') {
    console.error(`selfsame: ${error.message}`)
    if (error.remedy !== undefined) console.error(`  ${error.remedy}`)
    return 1
  }
  console.error('selfsame: this should not have happened; please report it with what follows')
  console.error(error)
  return 1
}
