const SYLLABLES = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'ke', 'li', 'mo', 'nu', 'pa', 're', 'si', 'to', 'vu', 'za']

interface Row {
  /** `7`, and `7-again` where person 7 is told twice. */
  readonly id: string
  readonly traits: Readonly<Record<string, string>>
}

/** People with names of their own and birth dates, the first `twice` told twice, of these a share with another birth year. */
export function twiceTold({
  people,
  twice,
  wrongYear,
}: Readonly<Record<'people' | 'twice' | 'wrongYear', number>>): Row[] {
  let state = 7
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const word = () => Array.from({ length: 3 }, () => SYLLABLES[random(SYLLABLES.length)]).join('')
  const two = (number: number) => String(number).padStart(2, '0')
  return Array.from({ length: people }, (_, person) => {
    const [firstName, lastName, year] = [word(), word(), 1940 + random(60)]
    const day = `${two(1 + random(12))}-${two(1 + random(28))}`
    const told = (id: string, birthYear: number) => ({
      id,
      traits: { firstName, lastName, birthday: `${birthYear}-${day}` },
    })
    const other = person < twice * wrongYear ? (year > 1970 ? year - 31 : year + 29) : year
    return [told(`${person}`, year), ...(person < twice ? [told(`${person}-again`, other)] : [])]
  }).flat()
}
