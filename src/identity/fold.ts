/** Folded text: lower case, without diacritics, words of letters and digits with single blanks between. */
export function fold(text: string): string {
  if (text === '') return ''
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[đðłøœæßþħ]/g, (letter) => LETTERS[letter] ?? letter)
    .replaceAll(/['’`]/g, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** Letters that no decomposition takes a mark from. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ đ: 'd', ð: 'd', ł: 'l', ø: 'o', œ: 'oe', æ: 'ae', ß: 'ss', þ: 'th', ħ: 'h' },
}
