import type { KafkaMessage } from './kafka-consumer.ts'

/** One fetch's messages of a partition. */
export interface Fetched {
  readonly messages: readonly { readonly offset: string; readonly timestamp: string; readonly value: Buffer | null }[]
  /** The offset after the partition's last message. */
  readonly highWatermark: string
  /** The offset to read after these: past records that nobody is shown. */
  readonly next: string
}

/** What a message takes besides its bytes, about. */
const OVERHEAD_BYTES = 300

/** The messages of one partition that were fetched and are not yet committed, in order. */
export class Lane {
  readonly topic: string
  readonly partition: number
  /** Whether a batch of it is being handled. */
  handling = false
  paused = false
  /** Of the last fetch. */
  highWatermark = '0'
  #messages: KafkaMessage[] = []
  #bytes = 0
  #ends: { readonly last: number; readonly next: string }[] = []
  #carried: number | undefined
  #lost = new AbortController()

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  get bytes(): number {
    return this.#bytes
  }

  get length(): number {
    return this.#messages.length
  }

  /** Aborted once what was handed out is not this lane's any more. */
  get signal(): AbortSignal {
    return this.#lost.signal
  }

  /** When the oldest message that is not committed was written to Kafka; undefined where none is known of. */
  get oldest(): number | undefined {
    return this.#messages[0]?.timestamp ?? this.#carried
  }

  push({ messages, highWatermark, next }: Fetched): void {
    const copied = copyOf(messages)
    for (const message of copied) this.#messages.push(message)
    this.#bytes += sizeOf(copied)
    this.#ends.push({ last: Number(copied.at(-1)?.offset), next })
    this.#carried = undefined
    this.highWatermark = highWatermark
  }

  first(most: number): readonly KafkaMessage[] {
    return this.#messages.slice(0, most)
  }

  /** Where the group's offset goes when all before `offset` is done. */
  nextOf(offset: string): string {
    return this.#ends.find(({ last }) => last === Number(offset) - 1)?.next ?? offset
  }

  /** Forgets what is before the offset. */
  done(offset: string): void {
    const end = Number(offset)
    const index = this.#messages.findIndex((message) => Number(message.offset) >= end)
    const gone = this.#messages.splice(0, index < 0 ? this.#messages.length : index)
    this.#bytes -= sizeOf(gone)
    this.#ends = this.#ends.filter(({ last }) => last >= end)
  }

  /** Reading goes on there: what was waiting before may have been done since. */
  begin(offset: string): void {
    if (Number(offset) >= Number(this.highWatermark)) this.#carried = undefined
  }

  /** Forgets everything: it is read again, here or by another consumer. Who handles a batch of it is told. */
  reset(): void {
    this.#carried = this.oldest
    this.#messages = []
    this.#ends = []
    this.#bytes = 0
    this.#lost.abort()
    this.#lost = new AbortController()
  }
}

function sizeOf(messages: readonly KafkaMessage[]): number {
  return messages.reduce((sum, { value }) => sum + (value?.length ?? 0) + OVERHEAD_BYTES, 0)
}

/** With bytes of their own: the client's are parts of whole answers, which one slow partition would keep in memory. */
function copyOf(messages: Fetched['messages']): KafkaMessage[] {
  const bytes = Buffer.allocUnsafeSlow(messages.reduce((sum, { value }) => sum + (value?.length ?? 0), 0))
  let at = 0
  return messages.map(({ offset, timestamp, value }) => {
    const start = at
    at += value?.copy(bytes, start) ?? 0
    return { offset, timestamp: Number(timestamp), value: value === null ? null : bytes.subarray(start, at) }
  })
}
