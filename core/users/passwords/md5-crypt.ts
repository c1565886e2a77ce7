import { createHash } from 'node:crypto'
import { cryptDigits } from './crypt-alphabet.ts'

/** md5-crypt, and Apache's variant of it that differs in the magic only. Answers the whole `$1$salt$hash`. */
export function md5Crypt(password: string, salt: string, magic: '$1$' | '$apr1$'): string {
  const pw = Buffer.from(password)
  const shortSalt = Buffer.from(salt).subarray(0, 8)
  const inner = md5(pw, shortSalt, pw)

  const first: Uint8Array[] = [pw, Buffer.from(magic), shortSalt]
  for (let left = pw.length; left > 0; left -= 16) first.push(inner.subarray(0, Math.min(16, left)))
  // The odd bits of the length pick a zero byte or the first letter: a slip of the first author that became the format.
  for (let bits = pw.length; bits > 0; bits >>>= 1) first.push(bits & 1 ? Buffer.from([0]) : pw.subarray(0, 1))
  let digest = md5(...first)

  for (let round = 0; round < 1000; round++) {
    const parts = [round & 1 ? pw : digest]
    if (round % 3) parts.push(shortSalt)
    if (round % 7) parts.push(pw)
    parts.push(round & 1 ? digest : pw)
    digest = md5(...parts)
  }
  const triple = (a: number, b: number, c: number) =>
    cryptDigits((byte(digest, a) << 16) | (byte(digest, b) << 8) | byte(digest, c), 4)
  const hash =
    triple(0, 6, 12) +
    triple(1, 7, 13) +
    triple(2, 8, 14) +
    triple(3, 9, 15) +
    triple(4, 10, 5) +
    cryptDigits(byte(digest, 11), 2)
  return `${magic}${shortSalt}$${hash}`
}

function md5(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}
