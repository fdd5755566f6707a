import { SelfsameError } from '../errors.ts'
import { printable } from '../export/printable.ts'

/**
 * Says on stderr what went wrong and what to do, and answers the exit status. A stack trace is for defects of ours
 * alone: never for what a person did wrong or a service that is down.
 */
export function reportError(error: unknown): number {
  if (error instanceof SelfsameError && error.code !== 'bug' && error.code !== 'internal') {
    const lines = [`selfsame: ${error.message}`, ...(error.remedy === undefined ? [] : [`  ${error.remedy}`])]
    // Both may quote what a source sent, and have several lines.
    for (const line of lines.flatMap((text) => text.split('\n'))) console.error(printable(line))
    return 1
  }
  console.error('selfsame: this should not have happened; please report it with what follows')
  console.error(error)
  return 1
}
