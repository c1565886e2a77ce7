/** Compares by code points, as MoinMoin sorts names. (JavaScript compares UTF-16 units, which puts emoji before some letters.) */
export function byCodePoints(left: string, right: string): number {
  const end = Math.min(left.length, right.length)
  for (let at = 0; at < end; at++) {
    const a = left.charCodeAt(at)
    const b = right.charCodeAt(at)
    if (a === b) continue
    // Surrogates stand for code points above all others.
    return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1
  }
  return left.length - right.length
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}
