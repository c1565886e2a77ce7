/** Halves of letters (lone surrogates), which no encoding can say, become the sign for an unreadable one. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD')
}
