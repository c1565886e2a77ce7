import { timingSafeEqual } from 'node:crypto'

/** Compares without telling by its duration where two values differ. Their lengths are no secret. */
export function equalInTime(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
