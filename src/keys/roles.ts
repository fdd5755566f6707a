/** What callers of the API may be. */
export const ROLES = ['app', 'analyst', 'steward', 'fraud', 'privacy', 'admin'] as const
export type Role = (typeof ROLES)[number]

export function isRole(text: unknown): text is Role {
  return ROLES.some((role) => role === text)
}
