// `node ops/run.mjs SCRIPT.ts args…` runs a script of this checkout with Node 24, whatever Node called it, after
// installing the dependencies if need be. Plain JavaScript for Node 18 and later, importing nothing that is installed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MINIMUM = [24, 6]
const CHECKOUT = dirname(dirname(fileURLToPath(import.meta.url)))
const BIN = join(CHECKOUT, 'node_modules', '.bin')
const LOCK = join(CHECKOUT, 'package-lock.json')
const INSTALLED = join(CHECKOUT, 'node_modules', '.package-lock.json')

main()

function main() {
  const [script, ...args] = process.argv.slice(2)
  if (script === undefined) fail('usage: node ops/run.mjs SCRIPT.ts [argument…]', 2)
  if (!isInstalled()) install()
  run(findNode(), [script, ...args])
}

/** Whether node_modules holds what the lock file asks for. */
function isInstalled() {
  if (!existsSync(INSTALLED)) return false
  // An older lock file needs no reading. A newer one may only have been checked out again: its content decides.
  if (statSync(LOCK).mtimeMs <= statSync(INSTALLED).mtimeMs) return true
  const installed = packagesOf(INSTALLED)
  return Object.entries(packagesOf(LOCK)).every(([path, wanted]) => {
    const found = installed[path]
    // Optional packages are those of other platforms too.
    return path === '' || found?.version === wanted.version || (found === undefined && wanted.optional === true)
  })
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

function install() {
  console.error('selfsame: installing dependencies (npm ci), about a minute …')
  // Under `npm run` this is the very npm that runs us; its path is a script for Node.
  const npm = process.env.npm_execpath
  // Warnings are left out: an older Node is told of every package that wants a newer one, which is what will run.
  const ci = ['ci', '--loglevel=error']
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm, ...ci]] : ['npm', ci]
  const { status, error } = spawnSync(command, args, { cwd: CHECKOUT, stdio: ['ignore', 2, 2] })
  if (error) fail(`selfsame: npm cannot be run (${error.message}). It comes with Node: install that first.`)
  if (status !== 0) fail('selfsame: npm ci failed, see above. Nothing was started.')
}

/** The Node that comes with the dependencies, where there is one for this platform, else the one that runs us. */
function findNode() {
  const own = join(BIN, 'node')
  if (existsSync(own) && isRecent(spawnSync(own, ['--version'], { encoding: 'utf8' }).stdout ?? '')) return own
  if (isRecent(process.version)) return process.execPath
  return fail(
    `selfsame: needs Node ${MINIMUM.join('.')} or later, and this is ${process.version}.\n` +
      'Install Node 24 from https://nodejs.org, or by `nvm install 24`, and run the command again.',
  )
}

function isRecent(version) {
  const [major = 0, minor = 0] = version.trim().replace('v', '').split('.').map(Number)
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])
}

function run(node, args) {
  const PATH = [BIN, process.env.PATH].filter(Boolean).join(delimiter)
  const child = spawn(node, args, { stdio: 'inherit', env: { ...process.env, PATH } })
  const forward = (signal) => child.kill(signal)
  process.on('SIGTERM', forward)
  process.on('SIGHUP', forward)
  process.on('SIGINT', (signal) => {
    // Ctrl-C reaches every process in the terminal's foreground, the child too: it must not hear it twice.
    if (!isInForeground()) forward(signal)
  })
  child.once('error', (error) => fail(`selfsame: ${node} cannot be run: ${error.message}`))
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    // End as the child did, so that a shell sees which signal it was.
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
    process.exitCode = 128 + constants.signals[signal]
  })
}

/** Whether a terminal's Ctrl-C goes to this process group. */
function isInForeground() {
  const ps = spawnSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], { encoding: 'utf8' })
  const [group, foreground] = (ps.stdout ?? '').trim().split(/\s+/)
  // Without `ps` (slim containers) a terminal on standard input has to do as the sign.
  return ps.status === 0 ? group === foreground : process.stdin.isTTY === true
}

function fail(message, status = 1) {
  console.error(message)
  process.exit(status)
}
