import { connect, type Socket } from 'node:net'

const FIND_COORDINATOR = 10
const DESCRIBE_GROUPS = 15
const GROUP = 'selfsame-stack-probe'
const TIMEOUT_MS = 3000

/**
 * Resolves when the broker at 127.0.0.1 serves consumer groups: it names the coordinator (creating its topic the
 * first time), and the coordinator has loaded. Listing topics works about a second earlier. Throws otherwise.
 *
 * The protocol's oldest two requests, by hand, see https://kafka.apache.org/protocol: a client library retries, logs
 * and warns, none of which is wanted here.
 */
export async function probeKafka(port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
  socket.write(request(FIND_COORDINATOR, text(GROUP)))
  socket.write(request(DESCRIBE_GROUPS, Buffer.concat([int32(1), text(GROUP)])))
  const [coordinator, groups] = await answers(socket)
  refuse('FindCoordinator', coordinator.readInt16BE(0))
  refuse('DescribeGroups', groups.readInt16BE(4))
}

/** One request of version 0, its own length before it. */
function request(api: number, body: Buffer): Buffer {
  const whole = Buffer.concat([int16(api), int16(0), int32(api), text('selfsame-stack'), body])
  return Buffer.concat([int32(whole.length), whole])
}

/** The bodies of the two answers, which come in the order of their requests; closes the connection. */
async function answers(socket: Socket): Promise<[Buffer, Buffer]> {
  let received: Buffer = Buffer.alloc(0)
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer])
    const first = bodyAt(0, received)
    const second = first && bodyAt(8 + first.length, received)
    if (first && second) return [first, second]
  }
  throw new Error('the broker closed the connection')
}

/** After the length comes the correlation id, then the body; undefined until all of it is there. */
function bodyAt(start: number, received: Buffer): Buffer | undefined {
  if (received.length < start + 4) return undefined
  const end = start + 4 + received.readInt32BE(start)
  return received.length < end ? undefined : received.subarray(start + 8, end)
}

function refuse(request: string, errorCode: number): void {
  if (errorCode !== 0) throw new Error(`${request} answers with Kafka's error ${errorCode}`)
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])
}
