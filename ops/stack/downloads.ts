import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SelfsameError } from '../../src/errors.ts'
import { runToEnd } from './run-to-end.ts'
import { withLock } from './with-lock.ts'

export type DownloadName = 'neo4j' | 'kafka'

const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

export interface DownloadDependencies {
  /** The folder of all downloads, shared by every stack. */
  readonly folder: string
  readonly maven: () => string
  readonly report: (line: string) => void
}

/** Where a server's jars are or will be. The name changes with the POM, so a new version is a new folder. */
export function downloadFolder(folder: string, name: DownloadName): string {
  const pom = readFileSync(pomOf(name))
  return join(folder, `${name}-${createHash('sha256').update(pom).digest('hex').slice(0, 12)}`)
}

/** Whether the server's jars are there, whole. */
export function isDownloaded(folder: string, name: DownloadName): boolean {
  return existsSync(downloadFolder(folder, name))
}

/**
 * Fetches a server's jars from Maven Central (or its configured mirror) unless they are there, checksums verified.
 * Of two processes that come at once one downloads and the other waits; a broken download leaves nothing behind
 * that would be taken for a whole one. Throws `stack_download_failed`.
 */
export async function ensureDownload(
  name: DownloadName,
  { folder, maven, report }: DownloadDependencies,
): Promise<void> {
  const target = downloadFolder(folder, name)
  if (isDownloaded(folder, name)) return
  // One lock for all: Maven's own repository does not bear two downloads at once.
  await withLock(
    join(folder, 'download.lock'),
    async () => {
      if (isDownloaded(folder, name)) return
      report(`downloading ${name} (once)`)
      await download(name, `${target}.part`, maven()).catch((cause) => {
        throw new SelfsameError('stack_download_failed', `${name} could not be downloaded: ${cause.message}`, {
          retriable: true,
          remedy: 'check that Maven reaches its repository (settings.xml for a mirror or proxy), then run it again',
          cause,
        })
      })
      renameSync(`${target}.part`, target)
    },
    { onWait: () => report('another process is downloading: waiting for it') },
  )
}

async function download(name: DownloadName, part: string, maven: string): Promise<void> {
  const lib = join(part, 'lib')
  const plugins = join(part, 'plugins')
  rmSync(part, { recursive: true, force: true })
  mkdirSync(plugins, { recursive: true })
  const args = ['-q', '-B', '--strict-checksums', '-f', pomOf(name), COPY, '-DincludeScope=runtime']
  await runToEnd({ command: maven, args: [...args, `-DoutputDirectory=${lib}`] })
  // Neo4j finds procedures only in its folder of plugins.
  for (const jar of readdirSync(lib).filter((file) => file.startsWith('apoc-core-')))
    copyFileSync(join(lib, jar), join(plugins, jar))
}

function pomOf(name: DownloadName): string {
  return join(import.meta.dirname, `${name}-pom.xml`)
}
