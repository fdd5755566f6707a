import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import { SelfsameError } from './errors.ts'

const root = join(import.meta.dirname, '..')

const port = z.coerce.number().int().min(0).max(65_535)
const positive = z.coerce.number().int().positive()
const whole = z.coerce.number().int().min(0)

/** Every knob: its name is SELFSAME_ and the key in upper case. */
export const configSchema = z.object({
  neo4j_uri: z.string().describe('Bolt address of Neo4j'),
  neo4j_user: z.string().default('neo4j').describe('user of Neo4j'),
  neo4j_password: z.string().describe('password of Neo4j'),
  neo4j_database: z.string().default('neo4j').describe('database; one deployment is one tenant'),
  neo4j_browser_url: z.string().optional().describe('address of the Neo4j Browser, only printed'),
  kafka_brokers: z.string().default('').describe('brokers as host:port, separated by commas'),
  kafka_group: z.string().default('selfsame').describe('consumer group; its members share the partitions'),
  redis_url: z.string().default('').describe('Redis, for jobs, rate limits and remembered answers'),
  id_key_file: z.string().describe('file with the key of customer ids; made once, in the backup, never rotated'),
  policy_file: z.string().default(join('ops', 'policy.yaml')).describe('the policy; relative to the checkout'),
  warehouse_file: z.string().describe('DuckDB file of the warehouse; its inbox of events stands beside it'),
  host: z.string().default('127.0.0.1').describe('address to listen on'),
  port: port.default(4000).describe('port of GraphQL'),
  allowed_hosts: z
    .string()
    .default('')
    .describe('names, separated by commas, under which it may be asked in development besides localhost'),
  development: z
    .stringbool()
    .default(false)
    .describe("a developer's machine: introspection, GraphiQL and no sign-in, on 127.0.0.1 only"),
  jwt_issuer: z.string().optional().describe('who signs the tokens of the API; without it only API keys are accepted'),
  jwt_audience: z.string().optional().describe('whom its tokens are for'),
  jwt_jwks_url: z.url().optional().describe('where it publishes its keys (RS256, ES256)'),
  jwt_secret_file: z.string().optional().describe('instead of that, a file with a secret shared with it (HS256)'),
  jwt_role_claim: z.string().default('selfsame_role').describe('claim that names the role of whoever asks'),
  worker_port: port.default(4001).describe('port of /livez, /readyz and /metrics of a worker; 0: any free one'),
  batch_size: positive.default(2000).describe('messages a transaction, at most'),
  slow_path_limit: positive
    .default(5000)
    .describe('identifiers of a component that is resolved while others wait; larger ones are left to a rebuild'),
  known_facts: z.coerce
    .number()
    .int()
    .min(0)
    .default(1_000_000)
    .describe('facts that a process remembers as committed, 57 bytes each; 0: none'),
  projection_interval_ms: positive.default(5000).describe('milliseconds between two projections into the warehouse'),
  operations_file: z
    .string()
    .default('')
    .describe('list of operations that alone may be asked: a persisted query manifest of Apollo; empty: any may'),
  query_timeout_ms: positive.default(10_000).describe('milliseconds after which Neo4j gives a question up'),
  cache_seconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(600)
    .default(300)
    .describe('seconds an answer is remembered while nothing it holds changes; 0: none is'),
  rate_requests: whole.default(6000).describe('requests a minute of one caller; 0: any number'),
  rate_cost: whole.default(2_000_000).describe('cost of all questions of a caller in a minute, in fields; 0: any'),
  rate_address: whole.default(300).describe('requests a minute of an address that are not signed in; 0: any number'),
  trusted_proxies: z
    .string()
    .default('')
    .describe('addresses of proxies, separated by commas, that are believed for whom they ask'),
  processes: whole.default(0).describe('processes that serve the API; 0: one less than there are cores'),
  log_level: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('least level that is logged'),
})

export type Config = Readonly<z.infer<typeof configSchema>>

/** Where everything that is made at run time lives; git-ignored. */
export const stateFolder = join(root, '.selfsame')

export interface ConfigSources {
  /** Name of a local stack; default: SELFSAME_STACK, else `local`. */
  readonly stack?: string | undefined
  readonly env?: NodeJS.ProcessEnv
  /** Default: `.env` in the checkout. */
  readonly envFile?: string
}

/**
 * Reads the configuration once: the environment, else `.env`, else what the local stack wrote when it came up. Where
 * `stack` names one, what that stack wrote comes first. Empty values count as not set. Throws `config_invalid`, naming each variable and what is wrong with it.
 */
export function readConfig(options: ConfigSources = {}): Config {
  const env = options.env ?? process.env
  const stack = options.stack ?? env.SELFSAME_STACK ?? 'local'
  const own = envFile(join(stateFolder, 'stacks', stack, 'stack.env'))
  // A stack named on purpose is meant, whatever else is set: its data must not end up in another graph.
  const layers = options.stack === undefined ? [own, envFile(options.envFile ?? join(root, '.env')), env] : [env, own]
  const merged = Object.assign({}, ...layers.map(withoutEmpty))
  const raw = Object.fromEntries(Object.keys(configSchema.shape).map((key) => [key, merged[variableOf(key)]]))
  const parsed = configSchema.safeParse(raw)
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path: [key], message }) => {
      const name = String(key)
      return `${variableOf(name)}: ${raw[name] === undefined ? 'is not set' : message}`
    })
    throw new SelfsameError('config_invalid', `the configuration is not complete:\n  ${wrong.join('\n  ')}`, {
      remedy: `start a local stack (npx selfsame stack up${stack === 'local' ? '' : ` --stack ${stack}`}), or set them, see .env.example`,
    })
  }
  return Object.freeze({ ...parsed.data, policy_file: resolve(root, parsed.data.policy_file) })
}

export function variableOf(key: string): string {
  return `SELFSAME_${key.toUpperCase()}`
}

function withoutEmpty(variables: NodeJS.Dict<string>): NodeJS.Dict<string> {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
}

function envFile(path: string): NodeJS.Dict<string> {
  return existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {}
}
