import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { SelfsameError } from '../../src/errors.ts'
import { runToEnd } from './run-to-end.ts'

const POLICY = '/usr/sbin/policy-rc.d'

/**
 * Installs packages by apt, without starting the services in them: Debian's redis-server would take port 6379 at
 * once. Of each list of alternatives the first that the distribution has is taken. Needs root; throws
 * `stack_install_failed`.
 */
export async function aptInstall(
  alternatives: readonly (readonly string[])[],
  report: (line: string) => void,
): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const guarded = forbidServices()
  try {
    // Lists that cannot be refreshed may still serve; if not, the installation says so.
    await runToEnd({ command: 'apt-get', args: ['update', '-q'], env }).catch(() => {})
    const packages = await Promise.all(alternatives.map(firstKnown))
    report(`apt-get install ${packages.join(' ')}`)
    const args = ['install', '-q', '-y', '--no-install-recommends', ...packages]
    await runToEnd({ command: 'apt-get', args, env })
    // The package also wants to be started at every boot.
    if (packages.includes('redis-server') && existsSync('/run/systemd/system'))
      spawnSync('systemctl', ['disable', 'redis-server'], { stdio: 'ignore' })
  } catch (cause) {
    throw new SelfsameError('stack_install_failed', (cause as Error).message, {
      retriable: true,
      remedy: 'see what apt-get says above, or install the packages by hand',
      cause,
    })
  } finally {
    if (guarded) rmSync(POLICY, { force: true })
  }
}

/** Asks Debian's maintainer scripts not to start anything; says whether it is ours to remove again. */
function forbidServices(): boolean {
  if (existsSync(POLICY)) return false
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  return true
}

/** The first package that the distribution has; the last if it has none, or there is no apt to ask. */
export async function firstKnown(names: readonly string[]): Promise<string> {
  for (const name of names) if (await isKnown(name)) return name
  return names.at(-1) as string
}

function isKnown(name: string): Promise<boolean> {
  return runToEnd({ command: 'apt-cache', args: ['show', name] }).then(
    (description) => description !== '',
    () => false,
  )
}
