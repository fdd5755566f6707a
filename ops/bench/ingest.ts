import type { Command } from 'commander'
import type { Graph } from '../../src/graph/graph.ts'
import { type Bench, type Outcome, onBenchStack } from './bench-stack.ts'
import { benchmarkCommand, type CommonOptions, positive, whole } from './benchmark-command.ts'
import { readCommitted } from './committed.ts'
import type { Environment } from './environment.ts'
import { runFile } from './file-run.ts'
import { openGround } from './ground.ts'
import { fileInWords, type Measured, resultOf, runInWords, summaryInWords } from './ingest-report.ts'
import { novelMessages } from './novel-messages.ts'
import { type PipelineOptions, runPipeline } from './pipeline-run.ts'
import { emptyGraph } from './raw-cypher.ts'
import { writeRaw } from './raw-write.ts'

interface Options extends CommonOptions {
  readonly events: number
  readonly fileLines?: number
}

const WARM_UP = 2000
const FILE_LINES = 1_000_000
const QUICK_FILE_LINES = 20_000
const LIMIT_MB = 600

/** `npm run bench ingest`: a worker on events that are all new, beside the raw write of the same graph; a long file. */
export function ingestBenchmark(): Command {
  return benchmarkCommand({
    name: 'ingest',
    description: 'events/s through a worker, beside the raw write of the same graph; memory on a long file',
    ...{ runs: 3, quick: `one run, and a file of ${QUICK_FILE_LINES} lines` },
  })
    .option('--events <n>', 'events a run', positive, 20_000)
    .option('--file-lines <n>', `lines of the file (default: ${FILE_LINES}; 0: no file)`, whole)
    .action((options: Options) => onBenchStack(options.json === true, (bench) => benchmark(bench, options)))
}

async function benchmark(bench: Bench, options: Options): Promise<Outcome> {
  const { say } = bench
  const { graph, kafka, environment } = await openGround(bench)
  const messages = novelMessages(options.events, WARM_UP)
  const measure = (name: string) => measureOnce({ bench, graph, kafka, name, messages })
  say(`${options.events} events a run, all new; after a warm-up, the worker and the raw write take turns`)
  await measure('warm-up')
  const runs: Measured[] = []
  for (let run = 1; run <= (options.quick ? 1 : options.runs); run += 1) {
    const measured = await measure(`run-${run}`)
    runs.push(measured)
    say(runInWords(run, measured))
  }
  for (const line of summaryInWords(runs)) say(line)
  return await withFile(bench, graph, options, { environment, runs })
}

/** The pipeline, then the raw write of what it left, each on an empty graph. */
async function measureOnce(options: PipelineOptions): Promise<Measured> {
  const { graph, messages } = options
  await emptyGraph(graph)
  const pipeline = await runPipeline(options)
  const committed = await readCommitted(graph)
  await emptyGraph(graph)
  const rawSeconds = await writeRaw(graph, committed)
  const { nodes, relationships } = committed.totals
  return { events: messages.measured.length, pipeline, rawSeconds, nodes, relationships }
}

async function withFile(
  bench: Bench,
  graph: Graph,
  { quick, fileLines = quick ? QUICK_FILE_LINES : FILE_LINES }: Options,
  { environment, runs }: { environment: Environment; runs: readonly Measured[] },
): Promise<Outcome> {
  await emptyGraph(graph)
  const file = fileLines === 0 ? undefined : await runFile(bench, fileLines)
  if (file !== undefined) bench.say(fileInWords(file, LIMIT_MB))
  const over = (file?.rss ?? 0) >= LIMIT_MB
  return {
    result: { benchmark: 'ingest', environment, ...resultOf(runs, file) },
    missed: over ? `selfsame ingest took ${LIMIT_MB} MB of memory or more` : undefined,
  }
}
