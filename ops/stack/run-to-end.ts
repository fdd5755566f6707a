import { spawn } from 'node:child_process'
import type { Launch } from './service.ts'

/** Runs a program to its end and returns its standard output. Throws an Error with the end of its output when it fails. */
export async function runToEnd(launch: Launch): Promise<string> {
  const child = spawn(launch.command, launch.args, {
    env: { ...process.env, ...launch.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let both = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    both += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    both += text
  })
  const status = await new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  if (status === 0) return out
  throw new Error(`${launch.command} ended with ${status}:\n${both.trim().split('\n').slice(-20).join('\n')}`)
}
