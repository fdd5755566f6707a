import type { Mapping, TraitMapping } from './mapping.ts'

/** Names that columns go by, without case, blanks and punctuation; of several the first that is there. */
const records = ['recordid', 'recid', 'id']
const sources = ['source']
const times = ['observedat', 'updatedat', 'modifiedat', 'lastmodified']

const identifiers: Readonly<Record<string, readonly string[]>> = {
  national_id: ['nationalid', 'socsecid', 'ssn'],
  loyalty_card: ['loyaltycard', 'loyaltycardnumber', 'loyaltynumber'],
  cookie: ['cookie', 'cookieid'],
  device: ['device', 'deviceid'],
}

/** E-mail and phone are identifiers by being traits; further columns of them are identifiers only. */
const traits: Readonly<Record<string, readonly string[]>> = {
  name: ['name', 'fullname', 'customername'],
  firstName: ['firstname', 'givenname', 'forename'],
  lastName: ['lastname', 'surname', 'familyname'],
  birthday: ['birthday', 'dateofbirth', 'dob', 'birthdate'],
  gender: ['gender', 'genderatbirth', 'sex'],
  email: ['email', 'emailaddress', 'mail'],
  phone: ['phone', 'phonenumber', 'mobile', 'mobilephone', 'mobilenumber', 'telephone'],
  'address.street': ['address1', 'street', 'streetaddress', 'address'],
  'address.city': ['city', 'suburb', 'town'],
  'address.state': ['state', 'province'],
  'address.postalCode': ['postcode', 'zip', 'zipcode', 'postalcode'],
  'address.country': ['country'],
}

/** A mapping from names that tell what they hold. Every column that is no other thing becomes a further trait. */
export function wellKnownMapping(columns: readonly string[]): Mapping {
  const left = new Map(columns.filter((name) => name !== '').map((name) => [name, plain(name)]))
  const takeAll = (known: readonly string[]) => {
    const found = known.flatMap((each) => [...left].flatMap(([name, bare]) => (bare === each ? [name] : [])))
    for (const name of found) left.delete(name)
    return found
  }
  const takeOne = (known: readonly string[]) => {
    const found = known.flatMap((each) => [...left].flatMap(([name, bare]) => (bare === each ? [name] : [])))[0]
    if (found !== undefined) left.delete(found)
    return found
  }
  const recordId = takeOne(records)
  const source = takeOne(sources)
  const observedAt = takeOne(times)
  const kinds = named(identifiers, takeAll)
  const known: [string, TraitMapping][] = Object.entries(traits).flatMap(([trait, names]) => {
    const found = takeOne(names)
    return found === undefined ? [] : [[trait, found] satisfies [string, string]]
  })
  const others = named({ email: traits.email ?? [], phone: traits.phone ?? [] }, takeAll)
  const further = [...left.keys()].map((name): [string, TraitMapping] => [name, name])
  return {
    ...(recordId === undefined ? {} : { recordId }),
    ...(source === undefined ? {} : { source }),
    ...(observedAt === undefined ? {} : { observedAt }),
    identifiers: Object.fromEntries([...kinds, ...others]),
    traits: Object.fromEntries([...known, ...further]),
  }
}

function named(known: Readonly<Record<string, readonly string[]>>, take: (names: readonly string[]) => string[]) {
  return Object.entries(known).flatMap(([name, names]): [string, string[]][] => {
    const found = take(names)
    return found.length === 0 ? [] : [[name, found]]
  })
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}
