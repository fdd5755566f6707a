import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type { ObservationMessage } from '../src/identity/observation.ts'
import { createPolicy, type Policy } from '../src/identity/policy.ts'
import type { Decision } from '../src/identity/types.ts'
import { decisionOf, messageOf } from './scenario-lines.ts'
import { type Naming, namingOf } from './scenario-names.ts'

// Names of identifiers with spaces between: `e1 p1..p40`, see README.md.
const names = z.string().trim().min(1)
const at = z.number().describe('days after 2025-01-01')

const observed = z.strictObject({
  at,
  source: z.string().optional(),
  load: z.string().optional(),
  see: names.optional().describe('an event: these were together'),
  'with each': names.optional().describe('one event for each of these instead'),
  row: names.optional().describe("a CRM's row, whole: what it no longer names is no longer claimed"),
  delete: names.optional().describe('the row is gone'),
  with: names.optional().describe('the identifiers that the row names'),
  traits: z.record(z.string(), z.string()).optional(),
})
const decided = z.strictObject({
  at,
  'the same': names.optional(),
  'not the same': names.optional(),
  undecided: names.optional().describe('takes back what was decided about the two'),
  block: names.optional(),
  allow: names.optional(),
  clear: names.optional(),
  withdraw: z.string().optional().describe('`source S`, `load S L` or `record S ID`'),
  reinstate: z.string().optional(),
})
const expected = z.strictObject({
  customers: z.record(z.string(), names).default({}).describe('its identifiers, under the one that gives the id'),
  alone: names.optional().describe('each a customer of its own'),
  shared: names.optional(),
  blocked: names.optional(),
  unsupported: names.optional(),
  refused: z.array(z.strictObject({ link: names, because: z.string() })).default([]),
  edges: z.array(names).default([]).describe('pairs that something supports, among others'),
  'edges of history': z.array(names).default([]).describe('pairs that nothing supports any more'),
  golden: z.record(z.string(), z.record(z.string(), z.string())).default({}).describe('by any member; among others'),
  'ids lead to': z.record(z.string(), z.string()).default({}),
})
const stage = z.strictObject({
  given: z.array(observed).default([]),
  decisions: z.array(decided).default([]),
  // biome-ignore lint/suspicious/noThenProperty: the word a reader expects after `given`; the loader renames it.
  then: expected,
})
const file = stage.extend({
  title: z.string(),
  policy: z.record(z.string(), z.unknown()).default({}),
  names: z.record(z.string(), z.string()).default({}),
  'and then': z.array(stage).default([]),
})

export type ObservedLine = z.infer<typeof observed>
export type DecidedLine = z.infer<typeof decided>
/** What must hold at the end of a stage. */
export type Expected = z.infer<typeof expected>

/** What a door is given: a canonical message as in the contract, or a decision. */
export type ScenarioItem =
  | { readonly kind: 'message'; readonly message: ObservationMessage }
  | { readonly kind: 'decision'; readonly decision: Decision }

interface Stage {
  readonly items: readonly ScenarioItem[]
  readonly end: Expected
}

export interface Scenario {
  /** The file's name without its ending. */
  readonly name: string
  readonly title: string
  readonly policy: Policy
  readonly naming: Naming
  readonly stages: readonly Stage[]
}

const folder = fileURLToPath(new URL('scenarios/', import.meta.url))

/** Every scenario of test/scenarios, in the order of their numbers. Throws where a file is not one. */
export function loadScenarios(): Scenario[] {
  return readdirSync(folder)
    .filter((name) => /^\d.*\.yaml$/.test(name))
    .sort()
    .map((name) => parseScenario(name.replace('.yaml', ''), readFileSync(folder + name, 'utf8')))
}

function parseScenario(name: string, text: string): Scenario {
  const read = file.safeParse(parseYaml(text))
  if (!read.success) throw new Error(`${name} is no scenario: ${z.prettifyError(read.error)}`)
  const { title, names: given, 'and then': later, policy: overrides, ...first } = read.data
  const policy = createPolicy(merged(parseYaml(readFileSync(`${folder}base-policy.yaml`, 'utf8')), overrides))
  const naming = namingOf(given, policy)
  let line = 0
  const stages = [first, ...later].map(({ given, decisions, then: end }) => ({
    end,
    items: [
      ...given
        .flatMap((each) => eachEvent(each, naming))
        .map((each) => ({ kind: 'message' as const, message: messageOf(each, naming, ++line) })),
      ...decisions.map((each) => ({ kind: 'decision' as const, decision: decisionOf(each, naming, ++line) })),
    ],
  }))
  return { name, title, policy, naming, stages }
}

function eachEvent({ 'with each': each, ...line }: ObservedLine, naming: Naming): ObservedLine[] {
  return each === undefined ? [line] : naming.split(each).map((name) => ({ ...line, see: `${line.see} ${name}` }))
}

/** Everything up to a stage told at once, with that stage's end: what must hold in every order of it. */
export function upTo(scenario: Scenario, count: number): Scenario {
  const stages = scenario.stages.slice(0, count)
  const last = stages.at(-1)
  if (last === undefined) throw new Error('a scenario without stages')
  const items = stages.flatMap((stage) => stage.items)
  // Where ids lead depends on what was committed on the way.
  return { ...scenario, stages: [{ items, end: { ...last.end, 'ids lead to': {} } }] }
}

function merged(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over
  const keys = new Set([...Object.keys(base), ...Object.keys(over)])
  return Object.fromEntries(
    [...keys].map((key) => [key, key in over && key in base ? merged(base[key], over[key]) : (over[key] ?? base[key])]),
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
