import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { SelfsameError } from '../../src/errors.ts'

const column = z.string().min(1)
const columns = z.union([column, z.array(column).min(1)])
const dated = z.strictObject({ column, format: z.string() })
const parts = z.strictObject({ year: column, month: column, day: column })

const mappingSchema = z.strictObject({
  recordId: column.optional().describe('the column that names the record; absent: a digest of the row'),
  observedAt: z.union([column, dated]).optional().describe('when the row was true; absent: --observed-at or the file'),
  source: column.optional().describe('the column that names the source, where it says one'),
  identifiers: z.record(z.string(), columns).default({}).describe('kind: its column or columns'),
  traits: z
    .record(z.string(), z.union([columns, dated, parts]))
    .default({})
    .describe('trait: its column, columns to join, or how a date is written'),
})

/** How the columns of a file are to be understood, see README.md. */
export type Mapping = z.infer<typeof mappingSchema>
export type TraitMapping = Mapping['traits'][string]

/** Reads a mapping (YAML). Throws `mapping_invalid`, naming each place and what is wrong there. */
export function parseMapping(text: string): Mapping {
  let raw: unknown
  try {
    raw = parseYaml(text)
  } catch (cause) {
    throw new SelfsameError('mapping_invalid', `the mapping is not YAML: ${(cause as Error).message}`, { cause })
  }
  const parsed = mappingSchema.safeParse(raw ?? {})
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'mapping'}: ${issue.message}`)
  throw new SelfsameError('mapping_invalid', `the mapping is not valid:\n  ${places.join('\n  ')}`, {
    remedy: 'its form is described in ingest/README.md',
  })
}

/** The columns that a mapping reads, each once. */
export function columnsOf({ recordId, observedAt, source, identifiers, traits }: Mapping): string[] {
  const named = [
    ...[recordId, source, typeof observedAt === 'object' ? observedAt.column : observedAt],
    ...Object.values(identifiers).flat(),
    ...Object.values(traits).flatMap(traitColumns),
  ]
  return [...new Set(named.filter((name) => name !== undefined))]
}

export function traitColumns(trait: TraitMapping): readonly string[] {
  if (typeof trait === 'string') return [trait]
  if (Array.isArray(trait)) return trait
  return 'column' in trait ? [trait.column] : [trait.year, trait.month, trait.day]
}

/** What is understood, a line each, for people to read before anything is written. */
export function describe(mapping: Mapping, columns: readonly string[]): string[] {
  const { recordId, observedAt, source, identifiers, traits } = mapping
  const unread = columns.filter((name) => !columnsOf(mapping).includes(name))
  const time = typeof observedAt === 'object' ? `${observedAt.column} (${observedAt.format})` : observedAt
  return [
    `record id    ${recordId ?? '(a digest of the row)'}`,
    ...(time === undefined ? [] : [`observed at  ${time}`]),
    ...(source === undefined ? [] : [`source       ${source}, where it says one`]),
    ...Object.entries(identifiers).map(([kind, from]) => `identifier   ${kind}: ${[from].flat().join(', ')}`),
    ...Object.entries(traits).map(([name, from]) => `trait        ${name}: ${inWords(from)}`),
    ...(unread.length === 0 ? [] : [`not read     ${unread.join(', ')}`]),
  ]
}

function inWords(trait: TraitMapping): string {
  const joined = traitColumns(trait).join(' + ')
  return typeof trait === 'object' && 'format' in trait ? `${joined} (${trait.format})` : joined
}
