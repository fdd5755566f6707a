/** A text as a terminal may be given it, on one line: what a source sends must not move the cursor or pose as ours. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ')
}
