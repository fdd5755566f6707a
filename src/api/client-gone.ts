import type { ServerResponse } from 'node:http'

/** Says so when the client leaves before it has its answer. */
export function clientGone(response: ServerResponse): AbortSignal {
  const control = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) control.abort()
  })
  return control.signal
}
