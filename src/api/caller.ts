import type { Role } from '../keys/roles.ts'

export { isRole, ROLES, type Role } from '../keys/roles.ts'

/** Who asks, once that is proven; `access.ts` says what each role may see and do. */
export interface Caller {
  readonly role: Role
  /** For the audit trail and limits: the subject of a token, or the id of a key. Never a secret. */
  readonly name: string
}
