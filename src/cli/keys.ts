import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { type Graph, openGraph } from '../graph/graph.ts'
import { applySchema } from '../graph/schema.ts'
import { createKey, type Grant, type ListedKey, listKeys, revokeKey } from '../keys/manage-keys.ts'
import { isRole, ROLES } from '../keys/roles.ts'
import { loadPolicy } from '../rules.ts'
import { printLines } from './print-lines.ts'

interface Common {
  readonly json?: true
  readonly stack?: string
}

interface Chosen extends Common {
  readonly name: string
  readonly role?: string
  readonly source?: string
  readonly kinds?: string
  readonly wait?: true
}

/** `selfsame keys`: what lets programs ask the API, or send events over HTTP. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('keys of programs: API keys with a role, write keys of a source')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand())
}

function createCommand(): Command {
  return new Command('create')
    .description('make a key; its secret is printed once, and kept nowhere')
    .requiredOption('--name <text>', 'who holds it')
    .option('--role <role>', `an API key of this role: ${ROLES.join(', ')}`)
    .option('--source <name>', 'a write key: events sent with it are this source’s')
    .option('--kinds <a,b>', 'kinds of identifiers that events sent with it may claim')
    .option('--wait', 'who sends events with it may be told the customer; never for a key in a web page')
    .option('--json', 'print the key as one JSON object')
    .option('--stack <name>', 'local stack to work on')
    .action(async (chosen: Chosen, command: Command) => {
      const grant = grantOf(chosen, command)
      await withGraph(chosen.stack, async (graph) => {
        const { key, secret } = await createKey({ graph, policy: loadPolicy(readConfig(chosen)) }, grant)
        if (chosen.json) process.stdout.write(`${JSON.stringify({ ...key, secret })}\n`)
        else printLines([`${inWords(key)}`, `secret, shown this once: ${secret}`])
      })
    })
}

function listCommand(): Command {
  return new Command('list')
    .description('every key, those revoked too; never a secret')
    .option('--json', 'print them as one JSON array')
    .option('--stack <name>', 'local stack to work on')
    .action(async ({ json, stack }: Common) => {
      await withGraph(stack, async (graph) => {
        const keys = await listKeys(graph)
        if (json) process.stdout.write(`${JSON.stringify(keys)}\n`)
        else printLines(keys.length === 0 ? ['There is no key yet.'] : keys.map(inWordsWithTimes))
      })
    })
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description('a key opens nothing any more, after 5 s everywhere')
    .argument('<id>', 'its id, see `selfsame keys list`')
    .option('--stack <name>', 'local stack to work on')
    .action(async (id: string, { stack }: Common) => {
      await withGraph(stack, async (graph) => {
        await revokeKey(graph, id)
        printLines([`${id} is revoked.`])
      })
    })
}

function grantOf({ name, role, source, kinds, wait }: Chosen, command: Command): Grant {
  if ((role === undefined) === (source === undefined)) command.error('error: give either --role or --source')
  if (source !== undefined) {
    if (kinds === undefined) command.error('error: a write key needs --kinds, such as --kinds cookie,user_id')
    const wanted = kinds.split(',').flatMap((kind) => kind.trim() || [])
    return { use: 'write', name, source, kinds: [...new Set(wanted)], mayWait: wait === true }
  }
  if (kinds !== undefined || wait) command.error('error: --kinds and --wait are for write keys (--source)')
  if (!isRole(role)) return command.error(`error: --role is one of ${ROLES.join(', ')}`)
  return { use: 'api', name, role }
}

function inWords(key: Pick<ListedKey, 'id' | 'name'> & Grant): string {
  if (key.use === 'api') return `${key.id}  ${key.name}: API key, role ${key.role}`
  const waits = key.mayWait ? ', may wait for the customer' : ''
  return `${key.id}  ${key.name}: write key of source ${key.source}, kinds ${key.kinds.join(', ')}${waits}`
}

function inWordsWithTimes(key: ListedKey): string {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  const revoked = key.revokedAt === undefined ? '' : `, REVOKED ${day(key.revokedAt)}`
  return `${inWords(key)}, made ${day(key.createdAt)}${revoked}`
}

async function withGraph(stack: string | undefined, work: (graph: Graph) => Promise<void>): Promise<void> {
  const graph = openGraph(readConfig({ stack }))
  try {
    await applySchema(graph)
    await work(graph)
  } finally {
    await graph.close()
  }
}
