import { pino } from 'pino'
import { type AppOptions, buildApp } from '../src/api/app.ts'
import type { Authenticate } from '../src/api/authenticate.ts'
import { isRole, type Role } from '../src/api/caller.ts'
import { createSealedKeys } from '../src/api/sealed-keys.ts'
import type { Graph } from '../src/graph/graph.ts'
import type { Policy } from '../src/identity/policy.ts'
import type { Rules } from '../src/identity/resolve.ts'
import { createMetrics, safeError } from '../src/telemetry.ts'
import { ask, emptyGraph, rules as plainRules, shippedPolicy } from './live.ts'

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what a test asked for it knows the shape of.
  readonly data: any
  readonly errors:
    | readonly { message: string; path?: unknown; extensions: { code: string; remedy?: string } }[]
    | undefined
}

/** Who asks says which role; nobody says: an admin. */
export const trusting: Authenticate = async (authorization = 'admin') => {
  const role = authorization.replace(/^Bearer /, '')
  if (!isRole(role)) throw new Error(`a test asks as ${role}`)
  return { role, name: `test:${role}` }
}

export const testKeys = createSealedKeys(new Uint8Array(32).fill(1))

/** The API over a graph of the test's own making, by a statement or by whatever `seed` does; everything logged is kept. */
export async function apiOver(
  seed: string | ((graph: Graph) => Promise<void>),
  {
    policy = shippedPolicy(),
    params = {},
    rules = plainRules(policy),
    ...options
  }: { policy?: Policy; params?: object; rules?: Rules } & Partial<AppOptions> = {},
) {
  const graph: Graph = await emptyGraph()
  if (typeof seed === 'string') await ask(graph, seed, params)
  else await seed(graph)
  const logged: string[] = []
  const log = pino(
    { level: 'debug', serializers: { err: safeError } },
    {
      write: (line: string) => {
        logged.push(line)
      },
    },
  )
  const metrics = createMetrics()
  const app = await buildApp({
    ...{ graph, rules, log, metrics, warm: false, development: true },
    ...{ authenticate: trusting, sealedKeys: testKeys, ...options },
  })
  return {
    graph,
    policy,
    app,
    metrics,
    logged,
    async ask(query: string, variables: object = {}, role: Role = 'admin'): Promise<Answer> {
      const headers = { authorization: `Bearer ${role}` }
      const response = await app.inject({ method: 'POST', url: '/graphql', payload: { query, variables }, headers })
      return { status: response.statusCode, ...response.json() }
    },
    async close() {
      await app.close()
      await graph.close()
    },
  }
}

export type ApiUnderTest = Awaited<ReturnType<typeof apiOver>>

/** An id of the right form that ends so. */
export const id = (end: string): string => `c_${end.padStart(26, '0')}`

/**
 * A small world, as cypher/README.md describes it. Customer `a`: Nguyễn Văn An, with phone, e-mail, card, CRM contact
 * and POS account; it absorbed `b`. Customer `e`: another, whom the model finds like An and a clerk held apart. The
 * former `s` split into both; the former `d` was named by a shared phone that 5,000 till accounts use.
 */
export const SMALL_WORLD = `
  UNWIND [
    ['phone', '+84912345671', 'linking'], ['email', 'an@mail.vn', 'linking'], ['loyalty_card', 'LC123456', 'linking'],
    ['crm_contact', 'crm:1001', 'linking'], ['pos_account', 'pos:pos-7-1', 'linking'], ['phone', '+84912345672', 'linking'],
    ['crm_contact', 'crm2:1001', 'linking'], ['phone', '+84900000009', 'shared'], ['email', 'old@mail.vn', 'unsupported'],
    ['crm_contact', 'crm:2002', 'linking']
  ] AS row
  CREATE (:Identifier {key: row[0] + ':' + row[1], kind: row[0], value: row[1], status: row[2],
    firstSeen: CASE row[2] WHEN 'unsupported' THEN null ELSE datetime('2026-01-05T08:30:00.250Z') END,
    lastSeen: CASE row[2] WHEN 'unsupported' THEN null ELSE date('2026-02-01') END,
    supports: CASE row[2] WHEN 'unsupported' THEN [] ELSE ['web|', 'pos|', 'pos|may'] END})
  WITH collect(1) AS made
  CREATE (a:Customer {id: $a, version: 3, size: 5, anchor: 'phone:+84912345671', name: 'Nguyễn Văn An', nameWords: 'nguyen van an', email: 'an@mail.vn',
    phone: '+84912345671', birthday: '1990-02-14', city: 'Huế', cause: 'observed', firstSeen: datetime('2026-01-05T08:30:00.250Z'),
    lastSeen: date('2026-02-01'), changedAt: datetime('2026-02-01T10:00:00Z'),
    golden: '{"address.city":"Huế","name":"Nguyễn Văn An"}', provenance: '{"address.city":"crm:1001","name":"crm:1001"}'})
  CREATE (e:Customer {id: $e, version: 1, size: 3, anchor: 'crm_contact:crm2:1001', name: 'An Nguyen', nameWords: 'an nguyen', golden: '{}', provenance: '{}'})
  CREATE (b:FormerCustomer {id: $b, version: 2, anchor: 'email:an@mail.vn', cause: 'observed', until: datetime('2026-01-20T00:00:00Z')})
  CREATE (s:FormerCustomer {id: $s, version: 4, anchor: 'phone:+84900000009', cause: 'shared', until: datetime('2026-01-21T00:00:00Z')})
  CREATE (d:FormerCustomer {id: $d, version: 2, anchor: 'email:old@mail.vn', cause: 'observed', until: datetime('2026-01-22T00:00:00Z')})
  WITH *
  CALL (a) {
    MATCH (i:Identifier)
    WHERE i.key IN ['phone:+84912345671', 'email:an@mail.vn', 'loyalty_card:LC123456', 'crm_contact:crm:1001', 'pos_account:pos:pos-7-1']
    CREATE (i)-[:IDENTIFIES]->(a)
  }
  CALL (e) {
    MATCH (i:Identifier) WHERE i.key IN ['phone:+84912345672', 'crm_contact:crm2:1001', 'crm_contact:crm:2002']
    CREATE (i)-[:IDENTIFIES]->(e)
  }
  CALL (b) {
    MATCH (i:Identifier {key: 'email:an@mail.vn'}) CREATE (b)-[:HELD]->(i)
  }
  CALL (s) {
    MATCH (i:Identifier) WHERE i.key IN ['phone:+84900000009', 'email:an@mail.vn', 'crm_contact:crm2:1001'] CREATE (s)-[:HELD]->(i)
  }
  CALL (d) {
    MATCH (i:Identifier {key: 'email:old@mail.vn'}) CREATE (d)-[:HELD]->(i)
  }
  MATCH (crm:Identifier {key: 'crm_contact:crm:1001'}), (crm2:Identifier {key: 'crm_contact:crm2:1001'}),
    (phone:Identifier {key: 'phone:+84912345671'}), (email:Identifier {key: 'email:an@mail.vn'}),
    (old:Identifier {key: 'email:old@mail.vn'}), (hub:Identifier {key: 'phone:+84900000009'})
  CREATE (:Record {key: 'crm:1001', source: 'crm', sourceId: '1001', account: crm.key, observedAt: datetime('2026-01-31T09:30:00Z'),
    name: 'Nguyễn Văn An', city: 'Huế', fields: '{"name":{"value":"Nguyễn Văn An","observedAt":1769851800000},"address.city":{"value":"Huế","observedAt":1769851800001}}'})-[:ABOUT]->(crm)
  CREATE (crm)-[:OBSERVED {firstSeen: datetime('2026-01-05T08:30:00Z'), lastSeen: date('2026-01-31'), supports: ['crm||1001', 'web|']}]->(phone)
  CREATE (crm)-[:OBSERVED {supports: ['crm||1001']}]->(old)
  CREATE (email)-[:OBSERVED {firstSeen: datetime('2026-01-06T08:30:00Z'), lastSeen: date('2026-01-06'), supports: ['web|']}]->(phone)
  CREATE (crm)-[:SCORED {probability: 0.91, weight: 7.5, model: 'm1', refused: true}]->(crm2)
  CREATE (crm)-[:NOT_SAME_AS {id: 'n1', by: 'clerk', at: datetime('2026-02-01T09:00:00Z'), reason: 'father and son'}]->(crm2)
  WITH hub
  UNWIND range(1, 5000) AS n
  CREATE (hub)-[:OBSERVED {firstSeen: datetime('2026-01-05T08:30:00Z'), lastSeen: date('2026-01-31'), supports: ['pos|']}]->
    (:Identifier:PosAccount {key: 'pos_account:till:' + n, kind: 'pos_account', value: 'till:' + n, status: 'linking'})
`
export const SMALL_WORLD_IDS = { a: id('a'), b: id('b'), d: id('d'), e: id('e'), s: id('s') }
