/** What callers may be; `access.ts` says what each may see and do. */
export const ROLES = ['app', 'analyst', 'steward', 'fraud', 'privacy', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Who asks, once that is proven. */
export interface Caller {
  readonly role: Role
  /** For the audit trail and limits: the subject of a token, or `key:` and the id of a key. Never a secret. */
  readonly name: string
}

export function isRole(text: unknown): text is Role {
  return ROLES.some((role) => role === text)
}
