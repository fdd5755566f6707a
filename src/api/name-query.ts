const MOST_WORDS = 8

/**
 * A full-text query for names that hold every word of a text; undefined where it has no word. Words are letters and
 * digits alone, each in quotes, so that nothing a person types is a command of the query language.
 */
export function nameQuery(text: string): string | undefined {
  const words = text.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  return words.length === 0
    ? undefined
    : words
        .slice(0, MOST_WORDS)
        .map((word) => `+"${word}"`)
        .join(' ')
}
