import { json as readJson } from 'node:stream/consumers'
import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { SelfsameError } from '../errors.ts'
import { type Candidate, type SearchResult, searchRecord } from '../explanation/search.ts'
import { openGraph } from '../graph/graph.ts'
import { loadPolicy } from '../rules.ts'
import { printLines } from './print-lines.ts'
import { contradictionInWords, waterfall } from './waterfall.ts'

interface Chosen {
  readonly limit: string
  readonly country?: string
  readonly json?: true
  readonly stack?: string
}

/** `selfsame search name="Nguyễn Văn An" phone="0912 345 678"`: do we know this one? Nothing is stored. */
export function searchCommand(): Command {
  return new Command('search')
    .description('whom a record may be about, with scores and why; nothing is stored')
    .argument(
      '<trait=value...>',
      'what it says, such as name="Nguyễn Văn An" birthday=1990-02-14 address.city=Huế; or `-`: a JSON object of traits on standard input',
    )
    .option('--limit <number>', 'customers shown, at most', '10')
    .option('--country <code>', 'country of phone numbers without a country code (default: of the policy)')
    .option('--json', 'print what was found as one JSON object')
    .option('--stack <name>', 'local stack to work on')
    .action(async (given: readonly string[], { limit, country, json, stack }: Chosen, command: Command) => {
      if (!/^[1-9]\d{0,3}$/.test(limit)) command.error('error: --limit takes a whole number from 1 to 9999')
      const wrong = given.find((trait) => trait !== '-' && !/^[^=]+=/.test(trait))
      if (wrong !== undefined)
        command.error(`error: "${wrong}" is no trait: write trait=value, such as name="Ada Smith"`)
      const traits = given.includes('-') ? await fromInput() : nested(given)
      const config = readConfig({ stack })
      const graph = openGraph(config)
      try {
        const options = { graph, policy: loadPolicy(config), limit: Number(limit), ...(country ? { country } : {}) }
        const result = await searchRecord(traits, options)
        if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
        else printLines(inWords(result))
      } finally {
        await graph.close()
      }
    })
}

async function fromInput(): Promise<Record<string, unknown>> {
  const read = await readJson(process.stdin).catch((cause) => cause as Error)
  if (typeof read === 'object' && read !== null && !Array.isArray(read) && !(read instanceof Error)) {
    return read as Record<string, unknown>
  }
  throw new SelfsameError('bad_input', 'standard input is no JSON object of traits', {
    remedy: 'such as {"name": "Ada Smith", "birthday": "1990-02-14"}',
  })
}

/** Paths are kept as they are: `address.city` is the trait's name. */
function nested(given: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    given.map((trait) => [trait.slice(0, trait.indexOf('=')), trait.slice(trait.indexOf('=') + 1)]),
  )
}

function inWords({ model, identifiers, candidates }: SearchResult): string[] {
  const known = identifiers.map(({ kind, value, status, customer }) => {
    if (status === undefined) return `${kind} ${value}: never seen`
    return `${kind} ${value}: ${status}${customer === undefined ? '' : `, customer ${customer}`}`
  })
  const found =
    candidates.length === 0 ? ['Nobody is known who could be this one.'] : candidates.flatMap(candidateInWords)
  return [...known, ...(known.length > 0 ? [''] : []), ...found, `(scored by ${model})`]
}

function candidateInWords({ customer, record, traits, sharing, isLink, match, contradicting }: Candidate): string[] {
  const verdict = isLink ? ', would be linked' : contradicting === undefined ? '' : ', but contradicts'
  const says = Object.entries(traits).map(([path, value]) => `${path} ${value}`)
  return [
    `${customer ?? 'no customer'}  ${(100 * match.probability).toFixed(1)} %${verdict}`,
    `  record ${record}: ${says.join(', ')}`,
    ...(sharing.length === 0 ? [] : [`  shares ${sharing.join(', ')}`]),
    ...waterfall(match).map((line) => `  ${line}`),
    ...(contradicting === undefined ? [] : againstInWords(record, contradicting)),
    '',
  ]
}

function againstInWords(best: string, { record, match }: NonNullable<Candidate['contradicting']>): string[] {
  return [
    `  contradicts record ${record}: ${contradictionInWords(match)}`,
    ...(record === best ? [] : waterfall(match).map((line) => `  ${line}`)),
  ]
}
