import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bug, SelfsameError } from '../../src/errors.ts'
import { aptInstall, firstKnown } from './apt-install.ts'

export type Prerequisite = 'java' | 'maven' | 'redis'

/** Where the programs are that the stack needs but does not download itself. */
export interface Tools {
  readonly java: () => string
  readonly maven: () => string
  readonly redisServer: () => string
}

interface Need {
  readonly name: string
  readonly find: () => string | undefined
  /** apt packages, the first that the distribution has. */
  readonly apt: readonly string[]
  readonly brew: string
}

const NEEDS: Readonly<Record<Prerequisite, Need>> = {
  java: {
    name: 'Java 17 or later',
    find: findJava,
    apt: ['openjdk-21-jre-headless', 'openjdk-17-jre-headless'],
    brew: 'openjdk@21',
  },
  maven: {
    name: 'Maven',
    find: () => (runs('mvn', ['--version']) ? 'mvn' : undefined),
    apt: ['maven'],
    brew: 'maven',
  },
  redis: {
    name: 'redis-server',
    find: () => (runs('redis-server', ['--version']) ? 'redis-server' : undefined),
    apt: ['redis-server'],
    brew: 'redis',
  },
}

/**
 * Sees to it that the programs are there: as root with apt it installs what is missing, elsewhere it throws
 * `stack_prerequisite_missing` with the command that does.
 */
export async function ensurePrerequisites(
  wanted: readonly Prerequisite[],
  report: (line: string) => void,
): Promise<void> {
  const missing = wanted.filter((each) => NEEDS[each].find() === undefined)
  if (missing.length === 0) return
  const names = missing.map((each) => NEEDS[each].name).join(', ')
  if (process.getuid?.() !== 0 || !runs('apt-get', ['--version'])) throw await absent(missing)
  report(`${names} missing: installing by apt`)
  await aptInstall(
    missing.map((each) => NEEDS[each].apt),
    report,
  )
  const still = missing.filter((each) => NEEDS[each].find() === undefined)
  if (still.length > 0) throw await absent(still)
}

/** The programs' paths, looked up when first asked for. Call after `ensurePrerequisites`. */
export function findTools(): Tools {
  const need = (which: Prerequisite) => {
    let path: string | undefined
    return () => {
      path ??= NEEDS[which].find()
      return path ?? bug(`${which} was not looked for`)
    }
  }
  return { java: need('java'), maven: need('maven'), redisServer: need('redis') }
}

async function absent(missing: readonly Prerequisite[]): Promise<SelfsameError> {
  const names = missing.map((each) => NEEDS[each].name).join(', ')
  const apt = (await Promise.all(missing.map((each) => firstKnown(NEEDS[each].apt)))).join(' ')
  const brew = missing.map((each) => NEEDS[each].brew).join(' ')
  return new SelfsameError('stack_prerequisite_missing', `the local stack needs ${names}`, {
    remedy: `install it: \`sudo apt-get install ${apt}\` (Debian, Ubuntu) or \`brew install ${brew}\` (macOS)`,
  })
}

function findJava(): string | undefined {
  const home = process.env.JAVA_HOME
  const brewed = ['/opt/homebrew', '/usr/local'].map((prefix) => join(prefix, 'opt/openjdk@21/bin/java'))
  const candidates = [
    ...(home ? [join(home, 'bin', 'java')] : []),
    'java',
    ...brewed.filter((each) => existsSync(each)),
  ]
  return candidates.find((candidate) => {
    const { status, stderr } = spawnSync(candidate, ['-version'], { encoding: 'utf8' })
    return status === 0 && javaMajor(stderr) >= 17
  })
}

/** The major version in what `java -version` prints: 17 for `"17.0.15"`, 8 for `"1.8.0_402"`, 0 when there is none. */
export function javaMajor(output: string): number {
  const version = /version "(?:1\.)?(\d+)/.exec(output)
  return Number(version?.[1] ?? 0)
}

function runs(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}
