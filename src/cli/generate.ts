import { Command, InvalidArgumentError } from 'commander'
import { writeDataset } from '../generator/generate.ts'
import type { Written } from '../generator/write-files.ts'

interface Chosen {
  readonly people: number
  readonly seed: number
  readonly noise: number
  readonly out: string
  readonly json?: true
}

/** The command `selfsame generate`: four source streams of a synthetic retailer, and the truth about them. */
export function generateCommand(): Command {
  return new Command('generate')
    .description('a synthetic retailer: four source streams, and the truth of who is who')
    .requiredOption('--people <number>', 'how many people, about 12 messages each', wholeNumber(1, 10_000_000))
    .requiredOption('--seed <number>', 'the same seed gives the same files', wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option('--noise <factor>', 'how often anything misleads: 0 is a clean world', factor, 1)
    .option('--out <folder>', 'where the five files go', 'generated')
    .option('--json', 'what was written, as one JSON object')
    .action(async ({ people, seed, noise, out, json }: Chosen) => {
      const written = await writeDataset({ people, seed, noise }, out)
      process.stdout.write(`${json ? JSON.stringify({ people, seed, noise, ...written }) : inWords(people, written)}\n`)
    })
}

function inWords(people: number, { folder, files, messages, late, redelivered }: Written): string {
  const share = (count: number) => `${((100 * count) / messages).toFixed(1)} %`
  const width = Math.max(...Object.values(files).map((count) => number(count).length))
  return [
    `${folder}: ${number(messages)} messages of ${number(people)} people, ${share(late)} late, ${share(redelivered)} redelivered`,
    ...Object.entries(files).map(([name, count]) => {
      const what = name === 'truth.csv' ? 'identifiers whose person is known' : 'messages'
      return `  ${name.padEnd(20)} ${number(count).padStart(width)} ${what}`
    }),
  ].join('\n')
}

const number = (value: number): string => value.toLocaleString('en-US')

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`"${text}" is no whole number from ${number(least)} to ${number(most)}.`)
  }
}

function factor(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 10) return value
  throw new InvalidArgumentError(`"${text}" is no number from 0 to 10.`)
}
