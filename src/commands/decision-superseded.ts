import { SelfsameError } from '../errors.ts'

/** What is thrown where a decision came too late to count: `decision_superseded`. */
export function decisionSuperseded(): SelfsameError {
  return new SelfsameError('decision_superseded', 'a later decision about the same is in force: nothing was changed', {
    remedy: 'look at the clocks of the machines that decide, then decide again',
  })
}
