import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ingestFile } from '../../ingest/files/ingest-file.ts'
import { formatOf } from '../../ingest/files/read-file.ts'
import { SelfsameError } from '../../src/errors.ts'
import { type Score, score } from '../../src/evaluation/score.ts'
import { readTruth } from '../../src/evaluation/truth-file.ts'
import { addObservation, type Evidence, emptyEvidence } from '../../src/identity/evidence.ts'
import type { Policy } from '../../src/identity/policy.ts'
import { type Matching, resolve } from '../../src/identity/resolve.ts'

/** Evidence and who it is about. */
export interface LabelledSet {
  readonly name: string
  readonly evidence: Evidence
  /** Thing → entity: the records of the source `SOURCE`, or identifiers. */
  readonly truth: ReadonlyMap<string, string>
  readonly judges: 'records' | 'identifiers'
}

// Any key: scores do not depend on what customers are called.
const ID_KEY = new Uint8Array(32)
/** Of sets in rows, which do not name one. */
const SOURCE = 'set'
const FILES = ['observations.ndjson', 'records.csv'] as const
/** What the columns of a set do not tell, by its name. */
const MAPPINGS = ['rldata10000']
const COUNTRIES: Readonly<Record<string, string>> = { jempi_kenya: 'KE' }

/** The folders that hold records and their truth, sorted. Throws `sets_missing` where there is none. */
export function setsIn(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : []
  const sets = names.filter((name) => fileOf(folder, name) !== undefined && existsSync(join(folder, name, 'truth.csv')))
  if (sets.length > 0) return sets.sort()
  throw new SelfsameError('sets_missing', `${folder} holds no set`, {
    remedy: 'name a folder of folders, each with truth.csv and observations.ndjson or records.csv',
  })
}

/** Reads a set into memory, through the door that `selfsame ingest` uses. */
export async function readSet(folder: string, name: string, policy: Policy): Promise<LabelledSet> {
  const path = fileOf(folder, name) ?? ''
  const judges = path.endsWith('.csv') ? 'records' : 'identifiers'
  const evidence = emptyEvidence()
  const scratch = mkdtempSync(join(tmpdir(), 'selfsame-accuracy-'))
  try {
    await ingestFile({
      ...{ path, format: formatOf(path), batchSize: 2000, policy, country: COUNTRIES[name] },
      rejects: join(scratch, 'rejects.ndjson'),
      ...(judges === 'records' ? { source: SOURCE } : {}),
      ...(MAPPINGS.includes(name) ? { mapping: join(import.meta.dirname, 'mappings', `${name}.yaml`) } : {}),
      door: {
        open: () => async (batch) => {
          for (const { understood } of batch) {
            if (understood.kind === 'understood') addObservation(evidence, understood.observation)
          }
        },
      },
    })
  } finally {
    rmSync(scratch, { recursive: true })
  }
  const { entities } = await readTruth(join(folder, name, 'truth.csv'), judges)
  return { name, evidence, truth: entities, judges }
}

/** How well the customers of a set agree with its truth. */
export async function scoreOf(
  { evidence, truth, judges }: LabelledSet,
  policy: Policy,
  matching: Matching,
): Promise<Score> {
  const { customers } = await resolve(evidence, { policy, matching, idKey: ID_KEY })
  const customerOf = new Map<string, string>(
    customers.flatMap(({ id, members }) => members.map((member) => [member, id])),
  )
  if (judges === 'identifiers') return score(truth, customerOf)
  const predicted = new Map<string, string>()
  for (const { id, account } of evidence.records.values()) {
    const customer = customerOf.get(account)
    if (customer !== undefined) predicted.set(id, customer)
  }
  return score(truth, predicted)
}

function fileOf(folder: string, name: string): string | undefined {
  return FILES.map((file) => join(folder, name, file)).find((path) => existsSync(path))
}
