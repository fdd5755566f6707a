import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql'

/**
 * The fields that a document selects once its fragments are spread out, each as often as it is spread: of its largest
 * operation. A fragment is counted once however often it is spread, so the count takes as long as the text does; one
 * that spreads itself counts as nothing there, validation refuses it.
 */
export function countFields({ definitions }: DocumentNode): number {
  const fragments = new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  )
  const counted = new Map<string, number>()

  function inFragment(name: string): number {
    const known = counted.get(name)
    if (known !== undefined) return known
    counted.set(name, 0)
    const fields = inSelections(fragments.get(name)?.selectionSet)
    counted.set(name, fields)
    return fields
  }

  function inSelections(set: SelectionSetNode | undefined): number {
    let fields = 0
    for (const node of set?.selections ?? []) {
      if (node.kind === Kind.FRAGMENT_SPREAD) fields += inFragment(node.name.value)
      else fields += (node.kind === Kind.FIELD ? 1 : 0) + inSelections(node.selectionSet)
    }
    return fields
  }

  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  return Math.max(0, ...operations.map(({ selectionSet }) => inSelections(selectionSet)))
}
