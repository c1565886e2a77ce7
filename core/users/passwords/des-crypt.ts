import { cryptAlphabet } from './crypt-alphabet.ts'

/**
 * crypt(3) with DES, the oldest form a MoinMoin profile may hold: two characters of salt and eleven of hash. Only the first
 * eight bytes of a password count, seven bits each. Null when the salt is none.
 */
export function desCrypt(password: string, salt: string): string | null {
  const first = cryptAlphabet.indexOf(salt[0] ?? ' ')
  const second = cryptAlphabet.indexOf(salt[1] ?? ' ')
  if (first < 0 || second < 0) return null

  // The salt swaps wires of the expansion: bit i exchanges its outputs i and i + 24.
  const wires = [...EXPANSION]
  for (let i = 0; i < 12; i++) {
    if ((((second << 6) | first) >> i) & 1) {
      wires[i] = EXPANSION[i + 24] ?? 0
      wires[i + 24] = EXPANSION[i] ?? 0
    }
  }

  const keys = roundKeys(password)
  let block = new Uint8Array(64)
  for (let i = 0; i < 25; i++) block = encipher(block, keys, wires)
  return salt.slice(0, 2) + write(block)
}

// A bit per byte: slow for a cipher, quick enough for a login, and it reads like the standard's tables.

function roundKeys(password: string): readonly Uint8Array[] {
  const key = new Uint8Array(64)
  const bytes = Buffer.from(password)
  for (let i = 0; i < 8; i++) for (let bit = 0; bit < 7; bit++) key[i * 8 + bit] = ((bytes[i] ?? 0) >> (6 - bit)) & 1
  let halves = pick(key, KEY_CHOICE)
  return ROTATIONS.map((by) => {
    const turned = new Uint8Array(56)
    for (let i = 0; i < 28; i++) {
      turned[i] = halves[(i + by) % 28] ?? 0
      turned[28 + i] = halves[28 + ((i + by) % 28)] ?? 0
    }
    halves = turned
    return pick(turned, KEY_COMPRESSION)
  })
}

function encipher(block: Uint8Array, keys: readonly Uint8Array[], wires: readonly number[]): Uint8Array<ArrayBuffer> {
  const mixed = pick(block, FIRST_ORDER)
  let left = mixed.slice(0, 32)
  let right = mixed.slice(32)
  for (const key of keys) {
    const next = substitute(right, key, wires)
    for (let i = 0; i < 32; i++) next[i] = (next[i] ?? 0) ^ (left[i] ?? 0)
    left = right
    right = next
  }
  const swapped = new Uint8Array(64)
  swapped.set(right, 0)
  swapped.set(left, 32)
  return pick(swapped, LAST_ORDER)
}

function substitute(half: Uint8Array, key: Uint8Array, wires: readonly number[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(32)
  for (let box = 0; box < 8; box++) {
    let six = 0
    for (let i = box * 6; i < box * 6 + 6; i++) six = (six << 1) | ((half[(wires[i] ?? 1) - 1] ?? 0) ^ (key[i] ?? 0))
    const row = ((six >> 4) & 2) | (six & 1)
    const four = Number.parseInt(BOXES[box]?.[row * 16 + ((six >> 1) & 15)] ?? '0', 16)
    for (let i = 0; i < 4; i++) out[box * 4 + i] = (four >> (3 - i)) & 1
  }
  return pick(out, SPREAD)
}

function pick(bits: Uint8Array, places: readonly number[]): Uint8Array<ArrayBuffer> {
  const picked = new Uint8Array(places.length)
  for (let i = 0; i < places.length; i++) picked[i] = bits[(places[i] ?? 1) - 1] ?? 0
  return picked
}

function write(block: Uint8Array): string {
  let text = ''
  for (let at = 0; at < 64; at += 6) {
    let six = 0
    for (let i = at; i < at + 6; i++) six = (six << 1) | (block[i] ?? 0)
    text += cryptAlphabet[six]
  }
  return text
}

// The tables of the standard (FIPS 46), counted from 1. The first order and the last are regular enough to be made.

const FIRST_ORDER = Array.from({ length: 64 }, (_, i) => 58 + 2 * (i >> 3) - 8 * (i & 7) - (i >= 32 ? 9 : 0))
const LAST_ORDER = FIRST_ORDER.map((_, i) => FIRST_ORDER.indexOf(i + 1) + 1)
const EXPANSION = Array.from({ length: 48 }, (_, i) => ((Math.floor(i / 6) * 4 + (i % 6) + 31) % 32) + 1)
const SPREAD = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
]
const KEY_CHOICE = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36, 63, 55, 47, 39, 31,
  23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
]
const KEY_COMPRESSION = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55, 30, 40, 51, 45,
  33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
]
const ROTATIONS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1]
/** The eight boxes, four rows of sixteen hexadecimal digits each. */
const BOXES = [
  'e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d',
  'f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9',
  'a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c',
  '7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e',
  '2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453',
  'c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d',
  '4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c',
  'd2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b',
]
