/** The 64 characters of crypt(3), in its order. */
export const cryptAlphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Writes the lowest `count` times six bits of a number, lowest first, as crypt(3)'s descendants do. */
export function cryptDigits(value: number, count: number): string {
  let text = ''
  let rest = value
  for (let i = 0; i < count; i++) {
    text += cryptAlphabet[rest & 63]
    rest >>>= 6
  }
  return text
}
