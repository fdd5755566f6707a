/**
 * Has the driver send a statement without a picture of the stack, which it takes of every one for the case that it
 * fails: a sixth of what a profile costs the server. Who awaits the answer is in the stack of our own error.
 */
export function send<T>(statement: () => T): T {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return statement()
  } finally {
    Error.stackTraceLimit = limit
  }
}
