/** A trait that people look for by a name of its own. */
export interface ShownTrait {
  /** As sources say it: `address.postalCode`. */
  readonly path: string
  /** Of nodes: `postalCode`. */
  readonly property: string
  /** Of tables: `postal_code`. */
  readonly column: string
}

const PATHS = [
  ...['name', 'firstName', 'lastName', 'email', 'phone', 'birthday', 'gender'],
  ...['address.street', 'address.city', 'address.state', 'address.postalCode', 'address.country'],
]

/** The traits of the Segment spec that nodes and tables show beside the whole of a record or a golden record. */
export const SHOWN_TRAITS: readonly ShownTrait[] = PATHS.map((path) => {
  const property = path.slice(path.indexOf('.') + 1)
  return { path, property, column: property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) }
})
