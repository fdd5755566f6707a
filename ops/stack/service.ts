export type ServiceName = 'neo4j' | 'kafka' | 'redis'

export const SERVICE_NAMES: readonly ServiceName[] = ['neo4j', 'kafka', 'redis']

export type PortName = 'bolt' | 'http' | 'kafka' | 'kafkaController' | 'redis'

export const PORT_NAMES: readonly PortName[] = ['bolt', 'http', 'kafka', 'kafkaController', 'redis']

export type Ports = Readonly<Record<PortName, number>>

/** The ports each service listens on. */
export const PORTS_OF: Readonly<Record<ServiceName, readonly PortName[]>> = {
  neo4j: ['bolt', 'http'],
  kafka: ['kafka', 'kafkaController'],
  redis: ['redis'],
}

/** A program to start: everything the operating system needs to know. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** One server of the stack: how it is prepared and started, and how one knows that it truly answers. */
export interface Service {
  readonly name: ServiceName
  /** Where a client connects, without secrets. */
  readonly address: string
  /** What its output is appended to. */
  readonly logFile: string
  /** How long it may take to answer after a start, in milliseconds. */
  readonly startMs: number
  /** How long it may take to leave after SIGTERM, in milliseconds; SIGKILL follows. */
  readonly stopMs: number
  /** Writes its configuration, formats its storage when that is new, and returns the program to start. */
  prepare(): Promise<Launch>
  /** Resolves when it truly answers a client, throws whatever the client threw otherwise. One attempt. */
  probe(): Promise<void>
}

/** Flags for a Java tool that runs a moment only: compiling well would take it longer than running. */
export const BRIEF_JAVA: readonly string[] = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
