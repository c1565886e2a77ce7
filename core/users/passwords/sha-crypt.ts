import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { cryptDigits } from './crypt-alphabet.ts'

/**
 * sha256-crypt and sha512-crypt (`$5$`, `$6$`). MoinMoin's default asks for 656000 rounds, about a second of work, so it
 * is done in slices and other visitors are served in between. Answers the hash part behind the last `$`.
 */
export async function shaCrypt(kind: 'sha256' | 'sha512', password: string, salt: string, rounds: number): Promise<string> {
  const size = kind === 'sha256' ? 32 : 64
  const pw = Buffer.from(password)
  const shortSalt = Buffer.from(salt).subarray(0, 16)
  const digest = (...parts: readonly Uint8Array[]): Buffer => {
    const hash = createHash(kind)
    for (const part of parts) hash.update(part)
    return hash.digest()
  }

  const inner = digest(pw, shortSalt, pw)
  const first = [pw, shortSalt, stretch(inner, pw.length)]
  for (let bits = pw.length; bits > 0; bits >>>= 1) first.push(bits & 1 ? inner : pw)
  let state = digest(...first)
  const p = stretch(digest(...Array<Buffer>(pw.length).fill(pw)), pw.length)
  const s = stretch(digest(...Array<Buffer>(16 + (state[0] ?? 0)).fill(shortSalt)), shortSalt.length)

  // One buffer for every round: joining is cheaper than several updates, and this loop is all the cost.
  const joined = Buffer.alloc(2 * p.length + s.length + size)
  let sliceEnd = performance.now() + SLICE
  for (let round = 0; round < rounds; round++) {
    let at = 0
    const add = (part: Buffer) => {
      at += part.copy(joined, at)
    }
    add(round & 1 ? p : state)
    if (round % 3) add(s)
    if (round % 7) add(p)
    add(round & 1 ? state : p)
    state = createHash(kind).update(joined.subarray(0, at)).digest()
    if ((round & 255) === 255 && performance.now() > sliceEnd) {
      await setImmediate()
      sliceEnd = performance.now() + SLICE
    }
  }
  return kind === 'sha256' ? write256(state) : write512(state)
}

/** Milliseconds of work between two looks at other visitors. */
const SLICE = 8

function stretch(bytes: Buffer, length: number): Buffer {
  const stretched = Buffer.alloc(length)
  for (let i = 0; i < length; i++) stretched[i] = bytes[i % bytes.length] ?? 0
  return stretched
}

// The formats take one byte of each third of the digest at a time; which third leads turns round, in opposite directions.

function write512(bytes: Buffer): string {
  let text = ''
  for (let i = 0; i < 21; i++) text += triple(bytes, i, 21, i % 3)
  return text + cryptDigits(bytes[63] ?? 0, 2)
}

function write256(bytes: Buffer): string {
  let text = ''
  for (let i = 0; i < 10; i++) text += triple(bytes, i, 10, (3 - (i % 3)) % 3)
  return text + cryptDigits(((bytes[31] ?? 0) << 8) | (bytes[30] ?? 0), 3)
}

function triple(bytes: Buffer, at: number, third: number, lead: number): string {
  const byte = (turn: number) => bytes[at + ((lead + turn) % 3) * third] ?? 0
  return cryptDigits((byte(0) << 16) | (byte(1) << 8) | byte(2), 4)
}
