const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/**
 * Seconds of a span of time: a number counts hours, as in MoinMoin (`0.5`, `-12`), a text has a unit, as in Moya:
 * `'45s' '30m' '24h' '14d' '2w'`, with a sign where a sign has a meaning (`'-12h'`). Fractions of a second are cut off.
 *
 * Throws a RangeError whose message can stand after the name of an option.
 */
export function parseTimespan(span: number | string): number {
  if (typeof span === 'number' && Number.isFinite(span)) return Math.trunc(span * 3600) + 0
  if (typeof span === 'string') {
    const match = /^\s*([+-]?)(\d+(?:\.\d+)?|\.\d+)\s*([smhdw])\s*$/.exec(span)
    if (match) return Math.trunc(Number(`${match[1]}${match[2]}`) * (seconds[match[3] as string] as number)) + 0
  }
  throw new RangeError(
    `${typeof span === 'string' ? JSON.stringify(span) : String(span)} is no span of time: write hours as a number (0.5, 12, -12) or a text with a unit ("30m", "24h", "14d")`,
  )
}
