import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ConstDirectiveNode, type DocumentNode, Kind, parse, visit } from 'graphql'
import { SelfsameError } from '../errors.ts'
import { statement } from '../graph/statements.ts'

const PUBLIC = join(import.meta.dirname, '..', '..', 'schema.graphql')
const INTERNAL = join(import.meta.dirname, 'internal-roots.graphql')

/** What GraphQL takes for values of other types. */
const RESERVED = ['true', 'false', 'null']

/**
 * The type definitions for the library: `schema.graphql` and the internal roots, with the statement in place of its
 * name and with these kinds in the enum beside those built in. Throws `policy_invalid` for a kind GraphQL cannot name.
 */
export function typeDefinitions(kinds: readonly string[]): DocumentNode[] {
  const impossible = kinds.find((kind) => RESERVED.includes(kind))
  if (impossible !== undefined) {
    throw new SelfsameError('policy_invalid', `GraphQL cannot name a kind "${impossible}"`, {
      remedy: 'give the kind another name in the policy',
    })
  }
  return [PUBLIC, INTERNAL].map((file) => withKinds(withStatements(parse(readFileSync(file, 'utf8'))), kinds))
}

function withStatements(document: DocumentNode): DocumentNode {
  return visit(document, {
    Directive: (node) => (node.name.value === 'cypher' ? spelledOut(node as ConstDirectiveNode) : undefined),
  })
}

function spelledOut(directive: ConstDirectiveNode): ConstDirectiveNode {
  return visit(directive, {
    Argument: (argument) =>
      argument.name.value === 'statement' && argument.value.kind === Kind.STRING
        ? { ...argument, value: { kind: Kind.STRING, value: withoutHeader(statement(argument.value.value)) } }
        : undefined,
  })
}

function withoutHeader(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('//'))
    .join('\n')
    .trim()
}

function withKinds(document: DocumentNode, kinds: readonly string[]): DocumentNode {
  return visit(document, {
    EnumTypeDefinition: (node) => {
      if (node.name.value !== 'Kind') return undefined
      const builtIn = new Set(node.values?.map(({ name }) => name.value))
      const declared = [...new Set(kinds)].filter((kind) => !builtIn.has(kind)).sort()
      return { ...node, values: [...(node.values ?? []), ...declared.map(declaredKind)] }
    },
  })
}

function declaredKind(kind: string) {
  return {
    kind: Kind.ENUM_VALUE_DEFINITION,
    name: { kind: Kind.NAME, value: kind },
    description: { kind: Kind.STRING, value: 'Declared in the policy.' },
  } as const
}
