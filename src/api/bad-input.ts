import { SelfsameError } from '../errors.ts'
import { MAX_VALUE_LENGTH, type NotAnIdentifier } from '../identity/normalise.ts'
import type { Policy } from '../identity/policy.ts'

/** The code of what a person asked wrongly; it reaches the client as `BAD_USER_INPUT`, with message and remedy. */
export const BAD_INPUT = 'bad_user_input'

export function badInput(message: string, remedy: string): SelfsameError {
  return new SelfsameError(BAD_INPUT, message, { remedy })
}

/** The same for a value that is no identifier of its kind. Does not repeat the value. */
export function notAnIdentifier(reason: NotAnIdentifier, policy: Policy): SelfsameError {
  const country = policy.defaultCountry
  switch (reason) {
    case 'unknown_kind':
      return badInput('the policy declares no such kind', `use one of ${Object.keys(policy.kinds).join(', ')}`)
    case 'empty':
      return badInput('the value is empty', 'give the identifier to look for')
    case 'too_long':
      return badInput(`the value is longer than ${MAX_VALUE_LENGTH} characters`, 'give one identifier')
    case 'not_well_formed':
      return badInput(
        'the value holds characters that no identifier has',
        'take line breaks and control characters out',
      )
    case 'not_an_email':
      return badInput('the value is not an e-mail address', 'write it as name@host')
    case 'not_a_phone':
      return badInput(
        'the value is not a phone number',
        `write it with its country code (+84 912 345 678), or as it is dialled in ${country}; digits only`,
      )
    case 'bad_scope':
      return badInput('the scope is not one', 'write an account as scope:value, pos:pos-7-1')
  }
}
