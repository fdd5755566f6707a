import { HeaderMap } from '@apollo/server'
import type { FastifyReply } from 'fastify'
import { GraphQLError } from 'graphql'

/** Why a question is not answered. Never quotes it. */
export interface Refusal {
  readonly code: string
  readonly status: number
  readonly message: string
  readonly remedy: string
  /** Seconds after which to ask again. */
  readonly retryAfter?: number
}

/** A question that is too much of something: asked again it is refused again. */
export function tooMuch(code: string, message: string, remedy: string): Refusal {
  return { code, status: 400, message, remedy }
}

export function sendRefusal(reply: FastifyReply, { code, status, message, remedy, retryAfter }: Refusal): FastifyReply {
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter))
  return reply.code(status).send({ errors: [{ message, extensions: { code, remedy } }] })
}

/** The same for whoever refuses inside GraphQL. */
export function refusalError({ code, status, message, remedy, retryAfter }: Refusal): GraphQLError {
  // Apollo's own kind of headers, where the types of another server say how they should be.
  const headers: object = new HeaderMap(retryAfter === undefined ? [] : [['retry-after', String(retryAfter)]])
  return new GraphQLError(message, { extensions: { code, remedy, http: { status, headers: headers as never } } })
}
