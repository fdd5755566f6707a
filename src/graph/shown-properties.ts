import { fold } from '../identity/fold.ts'
import { SHOWN_TRAITS } from '../identity/shown-traits.ts'

/** The traits that nodes show beside the whole of a record or a golden record, by their property. */
export function shownProperties(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const properties: Record<string, string> = {}
  for (const { path, property } of SHOWN_TRAITS) {
    const value = fields[path]
    if (value !== undefined) properties[property] = value
  }
  return properties
}

/** The same of a customer, with what its name is found by: folded here, as the store's analysers drop English stop words (An). */
export function shownOfCustomer(golden: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const { name = [golden.firstName, golden.lastName].filter((each) => each !== undefined).join(' ') } = golden
  const nameWords = fold(name)
  return { ...shownProperties(golden), ...(nameWords === '' ? {} : { nameWords }) }
}
