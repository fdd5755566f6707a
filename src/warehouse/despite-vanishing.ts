import { SelfsameError } from '../errors.ts'

const MAX_ATTEMPTS = 20
const VANISHED = 'graph:Neo.ClientError.Statement.EntityNotFound'

/**
 * Runs it again where a node was deleted between the moment a statement found it and the moment it touched it: ids
 * are given up all the time, and what is gone is somebody else's to tell.
 */
export async function despiteVanishing<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const vanished = error instanceof SelfsameError && error.code === VANISHED
      if (!vanished || attempt === MAX_ATTEMPTS) throw error
    }
  }
}
