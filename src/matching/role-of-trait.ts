import { rememberedValues } from '../identity/remember.ts'
import type { TraitRole } from '../identity/trait-roles.ts'

/** The last part of a trait's path, without case and punctuation, and its role. */
const BY_NAME: Readonly<Record<string, TraitRole>> = {
  ...named('full_name', 'name fullname customername displayname'),
  ...named('given_name', 'firstname givenname forename givennames middlename'),
  ...named('family_name', 'lastname surname familyname'),
  ...named('birth_date', 'birthday birthdate dateofbirth dob born'),
  ...named('gender', 'gender sex genderatbirth'),
  ...named('email', 'email emailaddress mail'),
  ...named('phone', 'phone phonenumber mobile mobilephone mobilenumber telephone'),
  ...named('street', 'street streetaddress address1 addressline1 addressline'),
  ...named('house_number', 'streetnumber housenumber'),
  ...named('unit', 'address2 addressline2 unit building apartment'),
  ...named('postal_code', 'postalcode postcode zip zipcode'),
  ...named('city', 'city town suburb'),
  ...named('region', 'state province region'),
  ...named('none', 'country countrycode'),
}

/** The role of a trait by its name; what no name tells is compared as text. */
export const roleOfTrait = rememberedValues((path: string): TraitRole => {
  const last = path.slice(path.lastIndexOf('.') + 1)
  return BY_NAME[last.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')] ?? 'free'
})

function named(role: TraitRole, names: string): Record<string, TraitRole> {
  return Object.fromEntries(names.split(' ').map((name) => [name, role]))
}
