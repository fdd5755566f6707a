import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { modelInForce } from '../explanation/model-in-force.ts'
import type { ComparedRecords } from '../explanation/most-alike.ts'
import {
  type Apart,
  type End,
  type ExplainedLink,
  type ExplainedObstacle,
  type Together,
  why,
} from '../explanation/why.ts'
import { openGraph } from '../graph/graph.ts'
import { DAY } from '../identity/evidence.ts'
import { loadPolicy } from '../rules.ts'
import { onlyIdentifier } from './only-identifier.ts'
import { printLines } from './print-lines.ts'
import { contradictionInWords, waterfall } from './waterfall.ts'

interface Chosen {
  readonly json?: true
  readonly stack?: string
}

/** `selfsame why A B`: the links that make two identifiers one customer's. */
export function whyCommand(): Command {
  return command('why', 'why two identifiers are one customer: the strongest path, its weakest link, the cut')
}

/** `selfsame why-not A B`: what keeps them apart. */
export function whyNotCommand(): Command {
  return command('why-not', 'why two identifiers are not one customer: refused links, what stands between, the score')
}

/** Both answer what is so, whichever was asked. */
function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<a>', 'an identifier as people write it: an e-mail, a phone number, kind:value')
    .argument('<b>', 'another one')
    .option('--json', 'print the answer as one JSON object')
    .option('--stack <name>', 'local stack to ask')
    .action(async (a: string, b: string, { json, stack }: Chosen) => {
      const config = readConfig({ stack })
      const graph = openGraph(config)
      try {
        const finding = { graph, policy: loadPolicy(config) }
        const [one, other] = [await onlyIdentifier(a, finding), await onlyIdentifier(b, finding)]
        const answer = await why(one, other, { ...finding, model: await modelInForce(graph) })
        if (json) process.stdout.write(`${JSON.stringify(answer)}\n`)
        else printLines(inWords(answer))
      } finally {
        await graph.close()
      }
    })
}

function inWords(answer: Together | Apart): string[] {
  return answer.together ? togetherInWords(answer) : apartInWords(answer)
}

function togetherInWords({ customer, path, weakest, cut }: Together): string[] {
  if (weakest === undefined) return [`They are one identifier, of customer ${customer}.`]
  return [
    `They are one customer, ${customer}, by ${path.length === 1 ? 'this link' : `these ${path.length} links`}:`,
    ...path.flatMap(linkInWords),
    '',
    ...(path.length === 1 ? [] : ['The weakest of them:', ...linkInWords(weakest), '']),
    cut.length === 1
      ? 'For them to be two people, one link would have to be wrong:'
      : `For them to be two people, ${cut.length} links would have to be wrong:`,
    ...cut.flatMap(linkInWords),
  ]
}

function apartInWords({ ends, refused, undecided, between, alike }: Apart): string[] {
  return [
    'They are not one customer.',
    ...ends.map(endInWords),
    ...(refused.length === 0
      ? []
      : ['', 'Links between their customers that were refused:', ...refused.flatMap(linkInWords)]),
    ...(between.length === 0 ? [] : ['', 'Between their customers stands:', ...between.flatMap(obstacleInWords)]),
    ...(undecided.length === 0
      ? []
      : ['', 'Links between them that wait for `selfsame rebuild`:', ...undecided.flatMap(linkInWords)]),
    ...(refused.length + undecided.length + between.length > 0 ? [] : ['', ...nothingBetween(ends)]),
    ...(alike === undefined ? [] : ['', 'Their records that are most alike:', ...recordsInWords(alike)]),
  ]
}

/** Why no link joins them and nothing stands between their customers. */
function nothingBetween(ends: Apart['ends']): string[] {
  const unlinking = ends.filter(({ status }) => status !== 'linking')
  if (unlinking.length === 0) return ['Nothing joins them, and nothing keeps them apart.']
  return unlinking.map(({ key, status }) => `${key} is ${status}: it joins nobody, and is nobody's.`)
}

export function endInWords({ key, status, customer, unresolved, shared }: End): string {
  const why = shared === undefined ? '' : `: it was ${seenWithInWords(shared)}`
  const waits = unresolved ? ', which waits for a rebuild: what it belongs to is too large' : ''
  return `  ${key}: ${customer === undefined ? `no customer, ${status}${why}` : `customer ${customer}`}${waits}`
}

export function seenWithInWords({ neighbours, kind, limit }: NonNullable<End['shared']>): string {
  return `seen with ${neighbours} of the kind ${kind}, above ${limit}`
}

export function linkInWords({ type, a, b, probability, since, sources, records }: ExplainedLink): string[] {
  const when = since === undefined ? '' : ` since ${new Date(since).toISOString().slice(0, 10)}`
  const how = {
    observed: `seen together by ${sources.join(', ')}${when} (${probability})`,
    scored: `records alike (${probability.toFixed(4)})`,
    same_as: `said to be the same by ${sources.join(', ')}${when}`,
  }[type]
  return [`  ${a} - ${b}: ${how}`, ...(records === undefined ? [] : recordsInWords(records).map((line) => `  ${line}`))]
}

export function obstacleInWords(obstacle: ExplainedObstacle): string[] {
  switch (obstacle.type) {
    case 'not_same_as':
      return [`  a person said that ${obstacle.a} and ${obstacle.b} are not the same`]
    case 'contradiction':
      return contradictingInWords(obstacle)
    case 'capacity':
      return [
        `  together they would have ${obstacle.together} of the kind ${obstacle.kind}, and may have ${obstacle.limit}`,
      ]
    case 'changed_hands': {
      const day = new Date(obstacle.until * DAY).toISOString().slice(0, 10)
      return [`  ${obstacle.key} changed hands: the one had it until ${day}, the other has it since`]
    }
    case 'size':
      return [`  together they would have ${obstacle.together} identifiers, and may have ${obstacle.limit}`]
  }
}

function contradictingInWords({ a, b, records }: Extract<ExplainedObstacle, { type: 'contradiction' }>): string[] {
  if (records === undefined) return [`  records ${a} and ${b} contradict`]
  const { match } = records
  return [
    `  records ${a} and ${b} contradict: ${contradictionInWords(match)}`,
    ...waterfall(match).map((line) => `    ${line}`),
  ]
}

export function recordsInWords({ a, b, match }: ComparedRecords): string[] {
  return [`  ${a.key} and ${b.key}`, ...waterfall(match).map((line) => `    ${line}`)]
}
