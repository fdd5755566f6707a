import { customerId } from '../src/identity/customer-id.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../src/identity/keys.ts'
import type { Decision, IdentifierKey, Observation } from '../src/identity/types.ts'
import type { Part } from '../src/resolver/rebuild/findings.ts'
import { DAY, event } from './told.ts'

/** A way in which the graph may come to hold what its evidence does not imply. */
interface Damage {
  readonly name: string
  readonly statement: string
  readonly part: Part
  /** The field that differs, or `missing` or `stray`. */
  readonly sort: string
}

const idKey = new TextEncoder().encode('the key of a test')
const [father, son] = ['crm_contact:crm:1', 'crm_contact:crm:2']
const lone = "(lone:Identifier {key: 'cookie:lone'})"
const mail = "(mail:Identifier {key: 'email:an@mail.vn'})"
const alive = customerId(idKey, identifierKey('cookie', 'lone'))

/** Two contacts of one phone whom their birth dates keep apart, a decision, a placeholder, an id given up. */
export const damagedWorld: readonly (Observation | Decision)[] = [
  seen(2, 'cookie:1', 'email:an@mail.vn'),
  contact('1', { name: 'An', birthday: '1960-01-02' }, 'email:an@mail.vn', 'phone:+84911222333'),
  contact('2', { name: 'Bình', birthday: '1991-11-13' }, 'phone:+84911222333'),
  seen(1, 'cookie:lone'),
  seen(1, 'email:other@mail.vn', 'email:test@placeholder.vn'),
  same('cookie:lone', 'email:other@mail.vn'),
  seen(5, 'email:z@mail.vn'),
  seen(1, 'cookie:z', 'email:z@mail.vn'),
]

function seen(day: number, ...keys: string[]): Observation {
  return event({ observedAt: day * DAY, identifiers: keys.map((key) => identifierOf(key as IdentifierKey)) })
}

function contact(id: string, traits: Record<string, string>, ...claims: string[]): Observation {
  const account = identifierKey('crm_contact', `crm:${id}`)
  const keys = [account, ...(claims as IdentifierKey[])].sort(compareKeys)
  const record = { key: recordKey('crm', id), id, account, traits }
  return event({ source: 'crm', type: 'record', observedAt: 3 * DAY, identifiers: keys.map(identifierOf), record })
}

function same(a: string, b: string): Decision {
  const pair = { a: a as IdentifierKey, b: b as IdentifierKey }
  return { decision: 'assertion', id: 'd1', at: 9, by: 'steward', reason: 'told', verdict: 'same', ...pair }
}

const of = (part: Part, sort: string, name: string, statement: string): Damage => ({ name, statement, part, sort })

/** Each changes something in the graph of that world. */
export const damages: readonly Damage[] = [
  of(
    'customers',
    'members',
    'a member moved',
    `MATCH ${lone}-[:IDENTIFIES]->(c), ${mail}-[r:IDENTIFIES]->() DELETE r CREATE (mail)-[:IDENTIFIES]->(c)`,
  ),
  of('customers', 'members', 'a member lost', `MATCH ${mail}-[r:IDENTIFIES]->() DELETE r`),
  of('customers', 'members', 'a member twice', `MATCH ${mail}-[:IDENTIFIES]->(c) CREATE (mail)-[:IDENTIFIES]->(c)`),
  of(
    'customers',
    'members',
    'a blocked identifier in a customer',
    `MATCH ${mail}-[:IDENTIFIES]->(c), (b:Identifier {status: 'blocked'}) CREATE (b)-[:IDENTIFIES]->(c)`,
  ),
  of('customers', 'missing', 'a customer deleted', `MATCH ${mail}-[:IDENTIFIES]->(c) DETACH DELETE c`),
  of(
    'customers',
    'stray',
    'a customer made up',
    `MATCH ${mail} CREATE (mail)-[:IDENTIFIES]->(:Customer {id: 'c_madeup', version: 7, anchor: 'email:an@mail.vn'})`,
  ),
  of('customers', 'stray', 'a customer of nobody', "CREATE (:Customer {id: 'c_nobody'})"),
  of(
    'customers',
    'former',
    'an id alive and former',
    `CREATE (:FormerCustomer {id: '${alive}', version: 9, anchor: 'cookie:lone'})`,
  ),
  of('customers', 'golden', 'a golden field', `MATCH ${mail}-[:IDENTIFIES]->(c) SET c.golden = '{"name":"X"}'`),
  of('customers', 'golden', 'a golden record that is none', `MATCH ${mail}-[:IDENTIFIES]->(c) SET c.golden = '{'`),
  of('customers', 'shown', 'a golden property', `MATCH ${mail}-[:IDENTIFIES]->(c) SET c.name = 'X'`),
  of('customers', 'provenance', 'a provenance', `MATCH ${mail}-[:IDENTIFIES]->(c) SET c.provenance = '{}'`),
  of('customers', 'size', 'a size', `MATCH ${mail}-[:IDENTIFIES]->(c) SET c.size = 1`),
  of('customers', 'anchor', 'an anchor', `MATCH ${mail}-[:IDENTIFIES]->(c) SET c.anchor = 'email:an@mail.vn'`),
  of('customers', 'digest', 'a digest', `MATCH ${mail}-[:IDENTIFIES]->(c) SET c.digest = null`),
  of(
    'customers',
    'firstSeen',
    "a customer's firstSeen",
    `MATCH ${mail}-[:IDENTIFIES]->(c) SET c.firstSeen = datetime()`,
  ),
  of('customers', 'contested', 'a contested customer', `MATCH ${lone}-[:IDENTIFIES]->(c) SET c.contested = true`),
  of('customers', 'unresolved', 'a customer that waits', `MATCH ${mail}-[:IDENTIFIES]->(c) SET c:Unresolved`),
  of('identifiers', 'unresolved', 'an identifier that waits', `MATCH ${mail} SET mail:Unresolved`),
  of('identifiers', 'status', 'a status', `MATCH ${mail} SET mail.status = 'shared'`),
  of('identifiers', 'neighbours', 'neighbours miscounted', `MATCH ${mail} SET mail.neighbourCounts = [9]`),
  of('identifiers', 'firstSeen', 'a firstSeen', `MATCH ${mail} SET mail.firstSeen = datetime()`),
  of('identifiers', 'lastSeen', 'a lastSeen', `MATCH ${mail} SET mail.lastSeen = date()`),
  of('pairs', 'firstSeen', "a pair's firstSeen", `MATCH ${mail}-[o:OBSERVED]-() SET o.firstSeen = datetime()`),
  of(
    'pairs',
    'lastSeen',
    "a pair's lastSeen",
    `MATCH ${mail}-[o:OBSERVED]-() SET o.lastSeen = null, o.firstSeen = null`,
  ),
  of(
    'pairs',
    'refused',
    'a refused link no longer so',
    'MATCH ()-[o:OBSERVED {refused: true}]->() SET o.refused = null',
  ),
  of('pairs', 'refused', 'a link refused', `MATCH ${mail}-[o:OBSERVED]-() SET o.refused = true`),
  of('records', 'fields', 'the fields of a row', "MATCH (r:Record {key: 'crm:1'}) SET r.fields = '{}'"),
  of('records', 'claims', 'the claims of a row', "MATCH (r:Record {key: 'crm:1'}) SET r.claims = []"),
  of('records', 'observedAt', 'the time of a row', "MATCH (r:Record {key: 'crm:1'}) SET r.observedAt = null"),
  of('records', 'current', 'the current version of a row', "MATCH (r:Record {key: 'crm:1'}) SET r.current = null"),
  of('records', 'shown', 'a trait of a row', "MATCH (r:Record {key: 'crm:1'}) SET r.city = 'Huế'"),
  of(
    'records',
    'about',
    'the account of a row',
    `MATCH (r:Record {key: 'crm:1'})-[a:ABOUT]->(), ${mail} DELETE a CREATE (r)-[:ABOUT]->(mail)`,
  ),
  of('assertions', 'missing', 'an assertion not drawn', 'MATCH ()-[s:SAME_AS]->() DELETE s'),
  of('assertions', 'drawn', 'an assertion refused', 'MATCH ()-[s:SAME_AS]->() SET s.refused = true'),
  of(
    'assertions',
    'stray',
    'an assertion that nobody made',
    `MATCH (a:Identifier {key: '${father}'}), (b:Identifier {key: '${son}'}) CREATE (a)-[:NOT_SAME_AS {id: 'x'}]->(b)`,
  ),
]
