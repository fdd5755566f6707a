import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plan } from 'neo4j-driver'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { live } from '../../test/live.ts'
import { type Graph, openGraph } from './graph.ts'
import { applySchema } from './schema.ts'

const folder = join(import.meta.dirname, '..', '..', 'cypher')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.cypher'))

/** Operators whose cost grows with the graph and not with the question. */
const SCANS =
  /AllNodesScan|NodeByLabelScan|NodeByLabelsScan|RelationshipTypeScan|AllRelationshipsScan|NodeIndexScan|CartesianProduct/

const ONE_ROW = /^(NodeUniqueIndexSeek(\(Locking\))?|Argument|Filter|Projection|CacheProperties|CartesianProduct)@/

let graph: Graph
beforeAll(async () => {
  graph = openGraph(live())
  await applySchema(graph)
})
afterAll(async () => await graph?.close())

describe.each(files)('%s', (file) => {
  const { header, body } = parse(readFileSync(join(folder, file), 'utf8'))

  it('has a header that says what it is for', () => {
    for (const part of ['Purpose', 'Params', 'Returns', 'Locks']) expect(header.get(part), part).toBeTruthy()
  })

  it('takes the parameters that its header names', () => {
    const used = new Set([...body.matchAll(/\$(\w+)/g)].map(([, name]) => name ?? ''))
    if (/\bthis\b/.test(body)) used.add('this')
    expect([...used].sort()).toEqual(paramsOf(header.get('Params') ?? ''))
  })

  it('names seeks, not indexes, which the planner may choose to scan while they are empty', () => {
    expect(body).not.toMatch(/USING INDEX (?!SEEK)/)
  })

  it('is one statement, and plans without a scan unless its header says why (Scans: …)', async () => {
    expect(body.replace(/;\s*$/, ''), 'one statement a file').not.toContain(';')
    if (!header.has('Scans')) expect(scansOf(await explain(body))).toEqual([])
  })
})

/** The lines of the header by their names, each with the lines that go on without one; and the statement itself. */
function parse(text: string): { header: ReadonlyMap<string, string>; body: string } {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('//'))
  const header = new Map<string, string>()
  let part = ''
  for (const line of lines.slice(0, end)) {
    const [, name, rest] = /^\/\/ (?:([A-Z]\w+): )?(.*)$/.exec(line) ?? []
    part = name ?? part
    header.set(part, [header.get(part), rest].filter(Boolean).join(' '))
  }
  const statement = lines.slice(end).map((line) => line.replace(/(^|\s)\/\/ .*$/, ''))
  return { header, body: statement.join('\n').trim() }
}

/** `a (its parts), b` names a and b. */
function paramsOf(text: string): string[] {
  let plain = text
  while (/\([^()]*\)/.test(plain)) plain = plain.replaceAll(/\([^()]*\)/g, '')
  const names = plain.split(/[,;]/).map((part) => /\w+/.exec(part)?.[0] ?? '')
  return names.filter((name) => name !== 'none' && name !== '').sort()
}

/** `this` is a node that stands before the statement where GraphQL puts it, see schema.graphql. */
async function explain(body: string): Promise<Plan | false> {
  const whole = /\bthis\b/.test(body) ? `MATCH (this:Identifier {key: 'a'}) CALL (this) {\n${body}\n} RETURN *` : body
  const session = graph.driver.session({ database: graph.database })
  try {
    const { summary } = await session.run(`EXPLAIN ${whole}`)
    return summary.plan
  } finally {
    await session.close()
  }
}

function scansOf(plan: Plan | false): string[] {
  if (plan === false) return []
  const { operatorType: operator, children } = plan
  const below = children.flatMap((child) => scansOf(child as Plan))
  const excused = operator.startsWith('CartesianProduct') && children.every((child) => isOneRow(child as Plan))
  return SCANS.test(operator) && !excused ? [operator, ...below] : below
}

/** Both ends of a pair, each looked up by its key: their product is one row. */
function isOneRow({ operatorType: operator, children }: Plan): boolean {
  return ONE_ROW.test(operator) && children.every((child) => isOneRow(child as Plan))
}
