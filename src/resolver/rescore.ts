import { setImmediate } from 'node:timers/promises'
import type { StoredScore } from '../graph/scoring-reads.ts'
import { type Block, limitsOf, mostIn } from '../identity/active-blocks.ts'
import type { Description } from '../identity/facts.ts'
import { pairKey, pairOf } from '../identity/keys.ts'
import type { ScoredLink } from '../identity/links.ts'
import type { Matching, Rules } from '../identity/resolve.ts'
import { type Accounts, type BlockedRecord, blockedRecords, type RecordPair, scoredAmong } from '../identity/scoring.ts'
import type { IdentifierKey, PairKey, RecordKey } from '../identity/types.ts'
import type { News } from './news.ts'
import type { Touched } from './touched.ts'

/** What was committed of blocks and scores; nobody changes it while it is asked. */
export interface ScoringReads {
  /** The records of blocks: `many` where there are more than `most`; a block without records is absent. */
  blocks(wanted: ReadonlyMap<Block, { readonly most: number }>): Promise<Map<Block, readonly RecordKey[] | 'many'>>
  /** What is said about these accounts. */
  about(accounts: Iterable<IdentifierKey>): Promise<readonly Description[]>
  /** What these records say. */
  described(records: Iterable<RecordKey>): Promise<readonly Description[]>
  /** What is said about the accounts that these records are about. */
  accountsOf(records: Iterable<RecordKey>): Promise<readonly Description[]>
  scores(accounts: Iterable<IdentifierKey>): Promise<Map<PairKey, StoredScore>>
}

export interface Rescored {
  /** Of the records that say something else now. */
  readonly blocks: ReadonlyMap<RecordKey, BlockMove>
  readonly scores: ReadonlyMap<PairKey, ScoreChange>
}

interface BlockMove {
  readonly left: readonly Block[]
  readonly entered: readonly Block[]
  readonly now: readonly Block[]
}

/** At least one of both. */
export interface ScoreChange {
  readonly before: StoredScore | undefined
  readonly now: ScoredLink | undefined
}

const nothingRescored: Rescored = { blocks: new Map(), scores: new Map() }

/**
 * Finds the pairs of accounts that are scored otherwise than before because of what records say now: those of the
 * records that changed, and of the blocks that became too large to propose pairs, or small enough.
 */
export async function rescore(
  reads: ScoringReads,
  { touched, news }: { readonly touched: Touched; readonly news: News },
  rules: Rules,
): Promise<Rescored> {
  const changed = [...news.records].filter(
    (key) => !saysSame(touched.before.records.get(key)?.current, touched.records.get(key)?.current),
  )
  if (changed.length === 0) return nothingRescored
  const dirty = new Set(changed.flatMap((key) => touched.evidence.records.get(key)?.account ?? []))
  const known = [...dirty].filter((key) => touched.before.identifiers.has(key))
  // Blocks are found once both questions are on their way.
  const moving = setImmediate().then(() => movesOf(changed, touched, rules))
  const [stored, ownScores, moves] = await Promise.all([reads.about(known), reads.scores(known), moving])
  const own = accountsNow(dirty, blockedRecords(stored, rules.matching), touched, moves)
  const blocks = await readMembership(reads, { accounts: own, moves }, rules.policy.matching.maxBlock)
  const accounts = new Map([...own, ...(await readMet(reads, { own, blocks, ownScores, moves }, rules))])

  const accountOf = new Map([...accounts.values()].flat().map(({ record }) => [record.key, record.account]))
  const accountsIn = (records: readonly RecordKey[]) => new Set(records.flatMap((key) => accountOf.get(key) ?? []))
  const flipped = flippedIn(blocks).map((block) => ({ ...block, inside: accountsIn(block.members) }))
  const flippedAccounts = new Set(flipped.flatMap(({ inside }) => [...inside]))
  const scores = new Map([...(await reads.scores(flippedAccounts.difference(dirty))), ...ownScores])

  const pairs = new Set<PairKey>(ownScores.keys())
  const propose = (a: IdentifierKey, others: Iterable<IdentifierKey>) => {
    for (const b of others) if (a !== b) pairs.add(pairKey(a, b))
  }
  const proposedIn = new Map([...blocks].map(([block, { proposed }]) => [block, accountsIn(proposed)]))
  for (const [account, records] of own) {
    for (const block of records.flatMap((record) => record.blocks)) propose(account, proposedIn.get(block) ?? [])
  }
  for (const { inside, isActive } of flipped) {
    // Of a block that proposes no more, only what it may have proposed; of one that proposes again, everything.
    if (isActive) for (const account of inside) propose(account, inside)
    else for (const [pair, { a, b }] of scores) if (inside.has(a) && inside.has(b)) pairs.add(pair)
  }
  // All blocks of the accounts whose records changed are known.
  const others = Iterator.from(pairs).filter((pair) => !pairOf(pair).some((key) => dirty.has(key)))
  const isActive = await activityOf(reads, { pairs: others, accounts, blocks }, rules.policy.matching.maxBlock)
  const links = await scoredAmong(pairs, accounts, isActive, rules)
  const linked = new Map(links.map((link) => [pairKey(link.a, link.b), link]))
  const changes = new Map<PairKey, ScoreChange>()
  for (const pair of pairs) {
    const [before, now] = [scores.get(pair), linked.get(pair)]
    if (!sameScore(before, now, rules.matching.model)) changes.set(pair, { before, now })
  }
  return { blocks: moves, scores: changes }
}

interface Meeting {
  /** The records of the accounts whose records changed, as they are now. */
  readonly own: Accounts
  readonly blocks: ReadonlyMap<Block, Membership>
  readonly ownScores: ReadonlyMap<PairKey, StoredScore>
  readonly moves: ReadonlyMap<RecordKey, BlockMove>
}

/**
 * Everybody else whose records may be scored otherwise: of the many that merely meet a changed record in a block, those
 * with a record alike to it. Of most only those blocks are told in which they meet records that changed, of who is in a
 * block that flips all of them.
 */
async function readMet(
  reads: ScoringReads,
  { own, blocks, ownScores, moves }: Meeting,
  { matching }: Rules,
): Promise<Map<IdentifierKey, readonly BlockedRecord[]>> {
  const meetsIn = new Map<RecordKey, Block[]>()
  for (const [block, { proposed }] of blocks) {
    for (const record of proposed) {
      const known = meetsIn.get(record)
      if (known === undefined) meetsIn.set(record, [block])
      else known.push(block)
    }
  }
  const flipped = new Set(flippedIn(blocks).flatMap(({ members }) => members))
  const partners = new Set([...ownScores.values()].flatMap(({ a, b }) => [a, b]))
  const strangers = new Set(meetsIn.keys()).difference(flipped).difference(moves)
  const areAlike = alikeTo(own, meetsIn, matching)
  // Compared while the store reads the next ones.
  const chunks = chunksOf(strangers, STRANGERS_READ)
  const alike = await Promise.all(chunks.map(async (keys) => areAlike(await reads.described(keys))))
  const [met, scored] = await Promise.all([
    reads.accountsOf(new Set([...alike.flat(), ...flipped]).difference(moves)),
    reads.about(partners.difference(new Set(own.keys()))),
  ])
  // One may have been read twice.
  const records = new Map([...met, ...scored].map((record) => [record.key, record]))
  const accounts = Map.groupBy(records.values(), ({ account }) => account)
  return new Map(
    [...accounts]
      .filter(([account]) => !own.has(account))
      .map(([account, about]) => {
        if (about.some(({ key }) => flipped.has(key))) return [account, blockedRecords(about, matching)]
        return [account, about.map((record) => ({ record, blocks: meetsIn.get(record.key) ?? [] }))]
      }),
  )
}

/** By one statement. */
const STRANGERS_READ = 250

function chunksOf<T>(all: Iterable<T>, size: number): T[][] {
  const list = [...all]
  return Array.from({ length: Math.ceil(list.length / size) }, (_, chunk) =>
    list.slice(chunk * size, (chunk + 1) * size),
  )
}

/** Asks of records which are scored alike with one of `own` that they meet; one may be told twice. */
function alikeTo(own: Accounts, meetsIn: ReadonlyMap<RecordKey, readonly Block[]>, matching: Matching) {
  const places = [...own.values()].flat().flatMap(({ record, blocks }) => blocks.map((block) => ({ block, record })))
  const ownIn = Map.groupBy(places, ({ block }) => block)
  return async (records: readonly Description[]): Promise<RecordKey[]> => {
    const pairs = records.flatMap((record): RecordPair[] => {
      if (own.has(record.account)) return []
      const met = (meetsIn.get(record.key) ?? []).flatMap((block) => ownIn.get(block) ?? [])
      return [...new Set(met.map((place) => place.record))].map((one) => [one, record])
    })
    const opinions = await matching.score(pairs)
    return pairs.flatMap(([, { key }], index) => (opinions[index] === undefined ? [] : [key]))
  }
}

function flippedIn(blocks: ReadonlyMap<Block, Membership>): Membership[] {
  return [...blocks.values()].filter(({ wasActive, isActive }) => wasActive !== isActive)
}

/** The blocks that records leave and come into. */
function movesOf(
  changed: readonly RecordKey[],
  { before, records }: Touched,
  { matching }: Rules,
): Map<RecordKey, BlockMove> {
  return new Map(
    changed.map((key) => {
      const current = records.get(key)?.current
      const old = new Set(before.records.get(key)?.blocks)
      const now = new Set(current === undefined ? [] : matching.blocksOf(current))
      return [key, { left: [...old.difference(now)], entered: [...now.difference(old)], now: [...now] }]
    }),
  )
}

/** Whether a model sees the same of both: when a trait was told does not matter to it. */
function saysSame(a: Description | undefined, b: Description | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  const names = Object.keys(a.fields)
  return (
    names.length === Object.keys(b.fields).length &&
    names.every((name) => Object.hasOwn(b.fields, name) && a.fields[name]?.value === b.fields[name]?.value)
  )
}

/** The records about accounts as they are after the batch. */
function accountsNow(
  dirty: ReadonlySet<IdentifierKey>,
  stored: readonly BlockedRecord[],
  { before, records }: Touched,
  moves: ReadonlyMap<RecordKey, BlockMove>,
): Map<IdentifierKey, readonly BlockedRecord[]> {
  const told = [...records].flatMap(([key, { current: record }]) => {
    if (record === undefined) return []
    return [{ record, blocks: moves.get(key)?.now ?? before.records.get(key)?.blocks ?? [] }]
  })
  const others = stored.filter(({ record }) => !records.has(record.key))
  const now = Map.groupBy([...others, ...told], ({ record }) => record.account)
  return new Map([...dirty].map((account) => [account, now.get(account) ?? []]))
}

interface Membership {
  readonly wasActive: boolean
  readonly isActive: boolean
  /** Before or after, where the block was active or is. */
  readonly members: readonly RecordKey[]
  /** After, where it is active. */
  readonly proposed: readonly RecordKey[]
}

/** Who is in the blocks of these accounts' records, and in those that records leave. */
async function readMembership(
  reads: ScoringReads,
  { accounts, moves }: { accounts: Accounts; moves: ReadonlyMap<RecordKey, BlockMove> },
  maxBlock: number,
): Promise<Map<Block, Membership>> {
  const changes = new Map<Block, { left: Set<RecordKey>; entered: Set<RecordKey>; most: number }>()
  const changeOf = (block: Block) => {
    const known = changes.get(block) ?? { left: new Set(), entered: new Set(), most: mostIn(block, maxBlock) }
    changes.set(block, known)
    return known
  }
  for (const { blocks } of [...accounts.values()].flat()) for (const block of blocks) changeOf(block)
  for (const [record, { left, entered }] of moves) {
    for (const block of entered) changeOf(block).entered.add(record)
    // So many more may be in it and it is active all the same afterwards.
    for (const block of left) changeOf(block).most += changeOf(block).left.add(record).size > 0 ? 1 : 0
  }
  const stored = await reads.blocks(changes)
  return new Map(
    [...changes].map(([block, { left, entered }]) => {
      const before = stored.get(block) ?? []
      if (before === 'many') return [block, { wasActive: false, isActive: false, members: [], proposed: [] }]
      // Few are in a block, and there are as many blocks as the batch has records, several times.
      const added = [...entered].filter((record) => !before.includes(record))
      const after = [...before.filter((record) => !left.has(record)), ...added]
      const most = mostIn(block, maxBlock)
      const [wasActive, isActive] = [before.length <= most, after.length <= most]
      const members = wasActive || isActive ? [...before, ...added] : []
      return [block, { wasActive, isActive, members, proposed: isActive ? after : [] }]
    }),
  )
}

/** Whether blocks propose pairs now: of those that the batch does not touch, what was committed. */
async function activityOf(
  reads: ScoringReads,
  {
    pairs,
    accounts,
    blocks,
  }: {
    pairs: Iterable<PairKey>
    accounts: Accounts
    blocks: ReadonlyMap<Block, Membership>
  },
  maxBlock: number,
): Promise<(block: Block) => boolean> {
  const unknown = new Set<Block>()
  for (const pair of pairs) {
    const [one, other] = pairOf(pair).map((key) => new Set((accounts.get(key) ?? []).flatMap((each) => each.blocks)))
    for (const block of one?.intersection(other ?? new Set()) ?? []) {
      if (!blocks.has(block)) unknown.add(block)
    }
  }
  const others = await reads.blocks(limitsOf(unknown, maxBlock))
  return (block) => blocks.get(block)?.isActive ?? others.get(block) !== 'many'
}

function sameScore(before: StoredScore | undefined, now: ScoredLink | undefined, model: string): boolean {
  if (before === undefined || now === undefined) return before === now
  return before.probability === now.probability && before.weight === now.weight && before.model === model
}
