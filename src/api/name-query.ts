import { fold } from '../identity/fold.ts'

const MOST_WORDS = 8

/**
 * A full-text query for names that hold every word of a text; undefined where it has no word. Folded as the index is,
 * words are letters and digits alone, each in quotes: nothing a person types is a command of its language.
 */
export function nameQuery(text: string): string | undefined {
  const words = fold(text).split(' ').slice(0, MOST_WORDS)
  return words[0] === '' ? undefined : words.map((word) => `+"${word}"`).join(' ')
}
