import { SelfsameError } from '../errors.ts'
import type { Millis } from '../identity/types.ts'
import { type Graph, int, type Transaction } from './graph.ts'
import { lockShared } from './resolver-lock.ts'

/** A model as the graph keeps it. */
export interface StoredModel {
  readonly name: string
  readonly role: 'champion' | 'challenger' | 'retired'
  readonly at: Millis
  /** How many it has learned from. */
  readonly records: number
}

/** The text of a model; undefined where there is none of that name. */
export async function readModel(tx: Transaction, name: string): Promise<string | undefined> {
  const [row] = await tx.run<{ text: string }>('identity/read-model', { name })
  return row?.text
}

/** The newest first. */
export function readModels(graph: Graph): Promise<StoredModel[]> {
  return graph.read<StoredModel & object>('read/models')
}

/** The model in force with its text; undefined where none was ever promoted. */
export async function readChampion(graph: Graph): Promise<{ name: string; text: string } | undefined> {
  const champion = (await readModels(graph)).find(({ role }) => role === 'champion')
  const text = champion && (await readModel({ run: graph.read }, champion.name))
  return champion && text !== undefined ? { name: champion.name, text } : undefined
}

/** Keeps a model as the one that waits to be promoted; one that is known already keeps its role. */
export async function saveChallenger(
  graph: Graph,
  { name, text, at, records }: Pick<StoredModel, 'name' | 'at' | 'records'> & { readonly text: string },
): Promise<void> {
  await graph.write(async (tx) => {
    // Whoever promotes a model holds the lock alone: the one that waits here is not the one put in force meanwhile.
    await lockShared(tx)
    await tx.run('identity/save-challenger', { name, text, at: int(at), records: int(records) })
  })
}

/** Puts a model in force. The lock of resolvers is held alone. Throws `challenger_gone`. */
export async function promoteModel(tx: Transaction, name: string): Promise<void> {
  const [promoted] = await tx.run('identity/promote-model', { name })
  if (promoted !== undefined) return
  throw new SelfsameError('challenger_gone', `the model ${name} waits no longer: another one was trained meanwhile`, {
    remedy: 'nothing was changed; run selfsame train --apply again',
  })
}
