/** Whatever tells the time. Everything that asks for it takes one of these, so that a test can hold the clock. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
}

/** The computer's own clock. */
export const systemClock: Clock = { now: () => Date.now() }
