import { spawnSync } from 'node:child_process'
import { availableParallelism, cpus, totalmem } from 'node:os'
import type { Graph } from '../../src/graph/graph.ts'
import type { Bench } from './bench-stack.ts'
import { rowsOf } from './raw-cypher.ts'

export interface Machine {
  readonly date: string
  /** Of the checkout; a plus sign says that it was changed since. Null outside a repository. */
  readonly commit: string | null
  readonly cores: number
  readonly cpu: string
  readonly memory_gb: number
  /** Over the last minute before the benchmark; see `Bench`. */
  readonly load_average: number
  readonly node: string
}

export interface Environment extends Machine {
  readonly neo4j: string
}

/** What the figures of a benchmark depend on beside the code. */
export async function environmentOf(graph: Graph, { loadBefore }: Pick<Bench, 'loadBefore'>): Promise<Environment> {
  const [component] = await rowsOf<{ version: string }>(graph, 'version')
  return { ...machineOf({ loadBefore }), neo4j: component?.version ?? 'unknown' }
}

/** The same of a benchmark that needs no store. */
export function machineOf({ loadBefore }: Pick<Bench, 'loadBefore'>): Machine {
  return {
    date: new Date().toISOString(),
    commit: commit(),
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memory_gb: Math.round(totalmem() / 1e9),
    load_average: Math.round(loadBefore * 100) / 100,
    node: process.version,
  }
}

export function inWords({ neo4j, ...machine }: Environment): string {
  return `${machineInWords(machine)}, Neo4j ${neo4j}`
}

export function machineInWords({ date, commit, cores, cpu, memory_gb, load_average, node }: Machine): string {
  const machine = `${cores} cores (${cpu}), ${memory_gb} GB, load ${load_average}`
  return `${date}, commit ${commit ?? 'unknown'}, ${machine}, Node ${node}`
}

function commit(): string | null {
  const head = git('rev-parse', '--short', 'HEAD')
  return head === undefined ? null : `${head}${git('status', '--porcelain') ? '+' : ''}`
}

function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}
