/** Words in lower case with their marks: letters and digits of any script. */
export function markedWords(text: string): string[] {
  if (text === '') return []
  const bare = text.normalize('NFC').toLowerCase().replaceAll(/['’`]/g, '')
  return bare.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => word !== '')
}

export function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '')
}
