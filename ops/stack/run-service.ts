import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SelfsameError } from '../../src/errors.ts'
import { isRunning, type ProcessRecord, startDetached, stopProcess } from './detached-process.ts'
import type { Service, ServiceName } from './service.ts'

/** The process of a service that this stack started and that still runs. */
export function runningProcess(folder: string, name: ServiceName): ProcessRecord | undefined {
  const file = recordFile(folder, name)
  if (!existsSync(file)) return undefined
  const record = JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord
  return isRunning(record) ? record : undefined
}

/** Starts the service unless it runs, and resolves when it answers. Throws `stack_service_failed` with the end of its log. */
export async function ensureRunning(folder: string, service: Service, report: (line: string) => void): Promise<void> {
  const began = Date.now()
  if (runningProcess(folder, service.name) === undefined) {
    report(`starting ${service.name}`)
    await start(folder, service)
  }
  await untilItAnswers(folder, service)
  report(`${service.name} answers at ${service.address} (${((Date.now() - began) / 1000).toFixed(1)} s)`)
}

/** Stops the service if this stack started it: the signal, patience, then SIGKILL. */
export async function stopService(folder: string, service: Service, signal?: NodeJS.Signals): Promise<void> {
  const record = runningProcess(folder, service.name)
  if (record !== undefined) await stopProcess(record, { ...(signal && { signal }), graceMs: service.stopMs })
  rmSync(recordFile(folder, service.name), { force: true })
}

/** Whether the service answers a client, tried once. */
export async function answers(service: Service): Promise<boolean> {
  return service.probe().then(
    () => true,
    () => false,
  )
}

async function start(folder: string, service: Service): Promise<void> {
  mkdirSync(dirname(service.logFile), { recursive: true })
  writeFileSync(service.logFile, `--- ${service.name} started by selfsame, ${new Date().toISOString()}\n`)
  try {
    const record = await startDetached(await service.prepare(), service.logFile, folder)
    writeFileSync(recordFile(folder, service.name), JSON.stringify(record), { mode: 0o600 })
  } catch (cause) {
    throw failed(service, (cause as Error).message, cause)
  }
}

async function untilItAnswers(folder: string, service: Service): Promise<void> {
  const until = Date.now() + service.startMs
  for (;;) {
    try {
      return await service.probe()
    } catch (cause) {
      if (runningProcess(folder, service.name) === undefined) throw failed(service, 'it ended', cause)
      if (Date.now() >= until) throw failed(service, `no answer within ${service.startMs / 1000} s`, cause)
    }
    await sleep(200)
  }
}

function failed(service: Service, why: string, cause: unknown): SelfsameError {
  const message = `${service.name} did not start: ${why}\n${lastLines(service.logFile, 15)}`
  return new SelfsameError('stack_service_failed', message.trimEnd(), {
    retriable: true,
    remedy: `read ${service.logFile}; then run it again, or \`selfsame stack reset\` to begin with empty data`,
    cause,
  })
}

function lastLines(file: string, count: number): string {
  if (!existsSync(file)) return ''
  const log = openSync(file, 'r')
  try {
    const size = fstatSync(log).size
    const tail = Buffer.alloc(Math.min(size, 16_384))
    readSync(log, tail, 0, tail.length, size - tail.length)
    return tail.toString('utf8').trim().split('\n').slice(-count).join('\n')
  } finally {
    closeSync(log)
  }
}

function recordFile(folder: string, name: ServiceName): string {
  return join(folder, 'run', `${name}.pid.json`)
}
