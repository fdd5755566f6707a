import type { Transaction } from './graph.ts'

/**
 * The lock that keeps resolvers at work, who share it, from those who must be alone: who decides what others wait for
 * (an assertion about an identifier that another batch creates), who rebuilds, who has lost too often to the others.
 */
export async function lockShared(tx: Transaction): Promise<ModelName> {
  const [row] = await tx.run<LockRow>('identity/lock-resolvers-shared')
  // Not made yet: the first one makes it, and is alone for once.
  return row === undefined ? await lockAlone(tx) : (row.model ?? undefined)
}

/** Waits until no resolver is at work; none begins before the transaction ends. */
export async function lockAlone(tx: Transaction): Promise<ModelName> {
  const [row] = await tx.run<LockRow>('identity/lock-resolvers-alone')
  return row?.model ?? undefined
}

/** The model in force while the lock is held; undefined: none was ever promoted. */
export type ModelName = string | undefined
type LockRow = { model: string | null }

/**
 * Waits until nobody else changes what records say. Which pairs are compared depends on all records of a block: two
 * resolvers that each bring one half of a pair would otherwise both miss it.
 */
export async function lockMatching(tx: Transaction): Promise<void> {
  await tx.run('identity/lock-matching')
}

/** Tells every novelty filter to forget what it has learned. */
export async function raiseEpoch(tx: Transaction): Promise<void> {
  await tx.run('identity/raise-epoch')
}
