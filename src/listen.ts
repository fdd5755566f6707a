import type { FastifyInstance } from 'fastify'
import { SelfsameError } from './errors.ts'

export interface Place {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** What a person chooses the port by. */
  readonly portSetBy: string
}

/** Listens, and answers with its address; where it cannot, the app is closed. Throws `port_in_use`, `cannot_listen`. */
export async function listen(app: FastifyInstance, place: Place): Promise<string> {
  try {
    return await app.listen({ host: place.host, port: place.port })
  } catch (error) {
    await app.close()
    throw translate(error, place)
  }
}

function translate(error: unknown, { host, port, portSetBy }: Place): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    return new SelfsameError('port_in_use', `port ${port} of ${host} is in use`, {
      cause: error,
      remedy: `stop what listens there, or choose another: ${portSetBy}; 0 takes any free one`,
    })
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new SelfsameError('cannot_listen', `cannot listen on port ${port} of ${host}`, {
      cause: error,
      remedy: `check SELFSAME_HOST and the port: ${portSetBy}`,
    })
  }
  return error
}
