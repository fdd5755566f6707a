/** What a trait is about, and with that how two of it are compared. `free`: as text. `none`: not at all. */
export const traitRoles = [
  ...(['full_name', 'given_name', 'family_name', 'birth_date', 'gender', 'email', 'phone', 'street'] as const),
  ...(['house_number', 'unit', 'postal_code', 'city', 'region', 'free', 'none'] as const),
] as const

export type TraitRole = (typeof traitRoles)[number]
