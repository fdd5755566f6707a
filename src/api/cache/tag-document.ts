import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  isUnionType,
  Kind,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

/** The field of each type that names what an answer holds. */
export const NAMING: Readonly<Record<string, string>> = { Customer: 'id', Identifier: 'key', Record: 'key' }

/** Under this name they are selected beside what was asked, and taken out of the answer. */
const ALIAS = 'selfsame_names'

/**
 * The document with the names selected wherever a customer, an identifier or a record is. Undefined where it uses the
 * alias itself.
 */
export function tagDocument(document: DocumentNode, schema: GraphQLSchema): DocumentNode | undefined {
  const types = new TypeInfo(schema)
  let taken = false
  const tagged: DocumentNode = visit(
    document,
    visitWithTypeInfo(types, {
      [Kind.FIELD]: ({ alias }) => {
        if (alias?.value === ALIAS) taken = true
      },
      [Kind.SELECTION_SET]: {
        leave(node) {
          const parent = types.getParentType()
          const added = isUnionType(parent)
            ? parent.getTypes().flatMap(({ name }) => onType(name))
            : namesOf(parent?.name ?? '')
          return added.length === 0 ? undefined : { ...node, selections: [...node.selections, ...added] }
        },
      },
    }),
  )
  // Other operations, even where their own nodes are the same: what is learned about the one is wrong about the other.
  return taken ? undefined : { ...tagged, definitions: tagged.definitions.map((definition) => ({ ...definition })) }
}

function namesOf(type: string): FieldNode[] {
  const field = NAMING[type]
  if (field === undefined) return []
  return [{ kind: Kind.FIELD, alias: { kind: Kind.NAME, value: ALIAS }, name: { kind: Kind.NAME, value: field } }]
}

function onType(type: string): SelectionNode[] {
  const selections = namesOf(type)
  if (selections.length === 0) return []
  const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } } as const
  return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet: { kind: Kind.SELECTION_SET, selections } }]
}

/** Takes the names out of an answer, in place. */
export function withoutNames(data: unknown): void {
  if (Array.isArray(data)) for (const entry of data) withoutNames(entry)
  else if (data !== null && typeof data === 'object') {
    delete (data as Record<string, unknown>)[ALIAS]
    for (const value of Object.values(data)) withoutNames(value)
  }
}
