import { type Score, score } from '../../src/evaluation/score.ts'
import { compareKeys, pairKey } from '../../src/identity/keys.ts'
import type { Policy } from '../../src/identity/policy.ts'
import { type Resolution, recordsByAccount, resolveFacts } from '../../src/identity/resolve.ts'
import { blockedRecords, scoredLinks } from '../../src/identity/scoring.ts'
import { statusesOf } from '../../src/identity/status.ts'
import type { IdentifierKey } from '../../src/identity/types.ts'
import { candidatesOf } from '../../src/matching/candidates.ts'
import { comparableOf } from '../../src/matching/comparable.ts'
import { explainMatches } from '../../src/matching/explain.ts'
import { foldOf } from '../../src/matching/folds.ts'
import { blockOf, createMatching } from '../../src/matching/matching.ts'
import { type Lesson, teach } from '../../src/matching/teach.ts'
import type { WeightsModel } from '../../src/matching/weights.ts'
import type { RetailWorld } from './retail-world.ts'

export type Order = 'queue' | 'random'

/** Two accounts that some block proposes, and of which the truth is known. */
interface Question {
  readonly a: IdentifierKey
  readonly b: IdentifierKey
  readonly same: boolean
}

export interface RoundsOptions {
  readonly policy: Policy
  readonly order: Order
  /** The model before anything is reviewed. */
  readonly start: WeightsModel
  /** The model that reviews correct: learned without them. */
  readonly learned: WeightsModel
  readonly batch: number
  /** Of a hundred verdicts, how many are wrong. */
  readonly wrong: number
  readonly most: number
}

// Any key: scores do not depend on what customers are called.
const ID_KEY = new Uint8Array(32)

/** Reviews a world in batches, by its truth, and scores the model after each: reviews told so far, and its score. */
export async function reviewRounds(world: RetailWorld, options: RoundsOptions): Promise<Map<number, Score>> {
  const { policy, order, start, learned, batch, wrong, most } = options
  const recordsOf = recordsByAccount(world.facts)
  const open = questionsOf(world, policy)
  const lessons: Lesson[] = []
  const scores = new Map<number, Score>()
  const told = (account: IdentifierKey) => recordsOf(account).map((each) => comparableOf(each, policy.matching.traits))
  let model = start
  for (let reviewed = 0; ; reviewed += batch) {
    const resolution = await resolveBy(model, world, policy)
    scores.set(reviewed, scoreOf(resolution, world))
    if (reviewed >= most) return scores
    const urgent = order === 'random' ? byChance : byEffect(resolution, { world, model, policy })
    for (const question of (await inOrder(open, urgent)).slice(0, batch)) {
      open.delete(question)
      if (foldOf(question) === 'held_out') continue
      const isWrong = blockOf(`wrong ${pairKey(question.a, question.b)}`) % 100 < wrong
      lessons.push({ a: told(question.a), b: told(question.b), same: question.same !== isWrong })
    }
    model = teach(learned, lessons)
  }
}

export function scoreOf({ customers }: Resolution, { truth }: RetailWorld): Score {
  return score(truth, new Map<string, string>(customers.flatMap(({ id, members }) => members.map((key) => [key, id]))))
}

export async function resolveBy(model: WeightsModel, { facts }: RetailWorld, policy: Policy): Promise<Resolution> {
  const rules = { policy, matching: createMatching(model, policy), idKey: ID_KEY }
  const scored = await scoredLinks(blockedRecords(facts.records.values(), rules.matching), rules)
  return resolveFacts(facts, scored, statusesOf(facts, policy), rules)
}

function questionsOf({ facts, truth }: RetailWorld, policy: Policy): Set<Question> {
  const records = [...facts.records.values()]
  const comparables = records.map((record) => comparableOf(record, policy.matching.traits))
  const questions = new Map<string, Question>()
  for (const pair of candidatesOf(comparables, policy.matching.maxBlock).pairs) {
    const [a, b] = [records[pair.a]?.account, records[pair.b]?.account].sort()
    if (a === undefined || b === undefined || a === b || !truth.has(a) || !truth.has(b)) continue
    questions.set(pairKey(a, b), { a, b, same: truth.get(a) === truth.get(b) })
  }
  return new Set(questions.values())
}

type Urgency = (question: Question) => number | Promise<number>

async function inOrder(questions: ReadonlySet<Question>, urgency: Urgency): Promise<Question[]> {
  const told = async (question: Question) => ({ question, urgent: await urgency(question) })
  const sorted = await Promise.all([...questions].map(told))
  sorted.sort(
    (x, y) => y.urgent - x.urgent || compareKeys(x.question.a, y.question.a) || compareKeys(x.question.b, y.question.b),
  )
  return sorted.map(({ question }) => question)
}

const byChance: Urgency = ({ a, b }) => blockOf(pairKey(a, b))

/** As `selfsame review` asks: how uncertain the model is, times the identifiers on either side; never within a customer. */
function byEffect(
  { customers }: Resolution,
  { world, model, policy }: { world: RetailWorld; model: WeightsModel; policy: Policy },
): Urgency {
  const customerOf = new Map(customers.flatMap((customer) => customer.members.map((key) => [key, customer] as const)))
  const recordsOf = recordsByAccount(world.facts)
  return async ({ a, b }) => {
    const [one, other] = [customerOf.get(a), customerOf.get(b)]
    if (one === undefined || other === undefined || one === other) return 0
    const pairs = recordsOf(a).flatMap((x) => recordsOf(b).map((y) => [x, y] as const))
    const matches = await explainMatches(pairs, model, policy)
    const probability = Math.max(...matches.map((match) => match.probability))
    return (1 - Math.abs(2 * probability - 1)) * one.members.length * other.members.length
  }
}
