import type { Block } from '../identity/active-blocks.ts'
import { type Overlay, type RecordEvidence, type RecordVersion, versionKey } from '../identity/evidence.ts'
import type { CurrentRecord } from '../identity/facts.ts'
import type { IdentifierKey, RecordKey } from '../identity/types.ts'
import type { Transaction } from './graph.ts'
import { jsonRows, runFor } from './rows.ts'

/** A record with those of its versions that were asked for, the current one among them. */
export interface StoredRecord extends RecordEvidence {
  /** What its current version claims. */
  readonly claims: ReadonlySet<IdentifierKey>
  /** What it says now; undefined where it says nothing. */
  readonly current: CurrentRecord | undefined
  /** Those it stands in; empty where it says nothing. */
  readonly blocks: readonly Block[]
}

interface StoredVersion {
  observedAt: number
  digest: string
  deleted: boolean
  traits: string
  claims: IdentifierKey[]
  loads: string[]
  recorded: number[]
}

/** Records with their current version and the versions named (`versionKey`). */
export async function readRecords(
  tx: Transaction,
  versions: ReadonlyMap<RecordKey, ReadonlySet<string>>,
): Promise<Map<RecordKey, StoredRecord>> {
  const rows = [...versions].map(([key, named]) => ({ key, versions: [...named].map((name) => `${key}|${name}`) }))
  return recordsByKey(
    rows.length === 0 ? [] : await tx.run<RecordRow>('identity/read-records', { rows: jsonRows(rows) }),
  )
}

/** Records with every version. */
export async function readWholeRecords(
  tx: Transaction,
  keys: Iterable<RecordKey>,
): Promise<Map<RecordKey, StoredRecord>> {
  return recordsByKey(await runFor<RecordRow>(tx, 'identity/read-whole-records', keys))
}

type RecordRow = Pick<StoredRecord, 'key' | 'source' | 'id' | 'account' | 'blocks'> & {
  observedAt: number | null
  fields: string
  overlays: string
  claims: IdentifierKey[]
  versions: StoredVersion[]
}

function recordsByKey(rows: readonly RecordRow[]): Map<RecordKey, StoredRecord> {
  return new Map(
    rows.map(({ observedAt, fields, overlays, claims, versions, blocks, ...record }) => [
      record.key,
      {
        ...{ ...record, blocks, claims: new Set(claims) },
        current: observedAt === null ? undefined : decodeCurrent({ ...record, observedAt, fields }),
        ...{ overlays: decodeOverlays(overlays), versions: new Map(versions.map(decodeVersion)) },
      },
    ]),
  )
}

function decodeVersion({ loads, recorded, traits, ...stored }: StoredVersion): [string, RecordVersion] {
  const deliveries = new Map(loads.map((load, index) => [load, Number(recorded[index])]))
  const version = { ...stored, traits: JSON.parse(traits), deliveries }
  return [versionKey(version), version]
}

export function decodeOverlays(text: string): Map<string, Map<string, Overlay>> {
  const fields: Record<string, Record<string, Overlay>> = JSON.parse(text)
  return new Map(Object.entries(fields).map(([field, bySupport]) => [field, new Map(Object.entries(bySupport))]))
}

export async function readClaims(
  tx: Transaction,
  keys: Iterable<RecordKey>,
): Promise<Map<RecordKey, ReadonlySet<IdentifierKey>>> {
  type Row = { key: RecordKey; claims: IdentifierKey[] }
  const rows = await runFor<Row>(tx, 'identity/read-claims', keys)
  return new Map(rows.map(({ key, claims }) => [key, new Set(claims)]))
}

export async function readRecordsAbout(tx: Transaction, keys: Iterable<IdentifierKey>): Promise<CurrentRecord[]> {
  const rows = await runFor<StoredCurrent>(tx, 'identity/read-records-about', keys)
  return rows.map(decodeCurrent)
}

export type StoredCurrent = Omit<CurrentRecord, 'fields'> & { fields: string }

export function decodeCurrent(row: StoredCurrent): CurrentRecord {
  return { ...row, fields: JSON.parse(row.fields) }
}
