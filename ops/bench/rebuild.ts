import { Command, InvalidArgumentError } from 'commander'
import { SelfsameError } from '../../src/errors.ts'
import { type Graph, openGraph } from '../../src/graph/graph.ts'
import { eachRow } from '../../src/graph/row-stream.ts'
import { applySchema } from '../../src/graph/schema.ts'
import { loadRules } from '../../src/rules.ts'
import { type Bench, type Outcome, onBenchStack } from './bench-stack.ts'
import { environmentOf, inWords } from './environment.ts'
import { type Loaded, loadWorld } from './load-world.ts'
import { runAlone } from './raw-cypher.ts'
import { type Measured, resultOf, runInWords, summaryInWords } from './rebuild-report.ts'
import { type RebuildRun, runRebuild } from './rebuild-run.ts'

interface Options {
  readonly runs: number
  readonly identifiers: number
  readonly json?: true
}

/** What a rebuild may take for a million identifiers on two cores. */
const LIMIT_S = 120
const LIMIT_MB = 4000
const MILLION = 1_000_000

const REPORT_EVERY = 100_000

/** The statements by which a rebuild reads the graph. */
const READS = ['decisions', 'records', 'identifiers', 'observed', 'formers', 'customers', 'asserted']

/** `npm run bench rebuild`: the whole graph resolved anew and compared, beside the bare reading of the same rows. */
export function rebuildBenchmark(): Command {
  return new Command('rebuild')
    .description('selfsame rebuild of a large graph: seconds, memory, beside the bare reading of the same rows')
    .option('--runs <n>', 'how often it checks', positive, 3)
    .option('--identifiers <n>', 'identifiers of the graph, about', positive, MILLION)
    .option('--json', 'print one object on the last line')
    .action((options: Options) => onBenchStack(options.json === true, (bench) => benchmark(bench, options)))
}

async function benchmark(bench: Bench, { runs, identifiers }: Options): Promise<Outcome> {
  const { config, say, atEnd } = bench
  const graph = openGraph(config)
  atEnd(() => graph.close())
  await applySchema(graph)
  const environment = await environmentOf(graph, bench)
  say(inWords(environment))
  let reported = 0
  const loaded = await loadWorld(graph, loadRules(config), identifiers, (count) => {
    if (count - reported < REPORT_EVERY) return
    reported = count
    say(`  ${count.toLocaleString('en')} identifiers loaded`)
  })
  // What was just written is in no order in the store's memory, and the store is not warm to these questions yet.
  await readBare(graph)
  say('the graph is loaded; after a warm-up, bare reading and rebuild take turns')
  const checks: Measured[] = []
  let rows = 0
  for (let run = 1; run <= runs; run += 1) {
    const baseline = await readBare(graph)
    const measured = {
      run: expectEqual(await runRebuild(bench, ['--check']), loaded),
      baselineSeconds: baseline.seconds,
    }
    rows = baseline.rows
    checks.push(measured)
    say(runInWords(run, measured))
  }
  await runAlone(graph, 'damage')
  const repair = await runRebuild(bench, [])
  if (repair.result.repaired === undefined) throw wrong('found nothing to repair')
  expectEqual(await runRebuild(bench, ['--check']), loaded)
  const figures = { loaded, rows, checks, repair }
  for (const line of summaryInWords(figures)) say(line)
  const result = resultOf(figures)
  const missed = loaded.identifiers <= MILLION * 1.05 && (result.seconds > LIMIT_S || (result.rss_mb ?? 0) > LIMIT_MB)
  return {
    result: { benchmark: 'rebuild', environment, ...result },
    missed: missed ? `a rebuild took more than ${LIMIT_S} s or ${LIMIT_MB} MB` : undefined,
  }
}

/** The floor under any rebuild: the same rows out of the store, and nothing done with them. */
async function readBare(graph: Graph): Promise<{ seconds: number; rows: number }> {
  const start = performance.now()
  let rows = 0
  for (const name of READS) rows += await eachRow(graph, `rebuild/read-${name}`, () => {})
  return { seconds: (performance.now() - start) / 1000, rows }
}

function expectEqual(run: RebuildRun, loaded: Loaded): RebuildRun {
  const { equal, parts } = run.result
  if (!equal) throw wrong('found differences in a graph that has none')
  const seen = [parts.identifiers.checked, parts.pairs.checked, parts.records.checked, parts.customers.checked]
  const there = [loaded.identifiers, loaded.pairs, loaded.records, loaded.customers]
  if (JSON.stringify(seen) !== JSON.stringify(there)) throw wrong('did not look at everything')
  return run
}

function wrong(what: string): SelfsameError {
  return new SelfsameError('bench_wrong', `selfsame rebuild ${what}`)
}

function positive(value: string): number {
  const count = Number(value)
  if (Number.isInteger(count) && count > 0) return count
  throw new InvalidArgumentError(`"${value}" is no positive whole number.`)
}
