export interface DateFormat {
  /** `2026-11-21` */
  readonly date: Intl.DateTimeFormat
  /** `2026-11-21 14:05` */
  readonly dateTime: Intl.DateTimeFormat
  /** `2026-11-21 14:05:09` */
  readonly exact: Intl.DateTimeFormat
}

/** Dates as MoinMoin writes them, by time zone. Making a format is slow, so each is made once. */
export class DateFormats {
  readonly #formats = new Map<string, DateFormat>()

  /** `fallback` when the zone does not exist: accounts of MoinMoin may say anything. */
  for(timeZone: string, fallback: string): DateFormat {
    const known = this.#formats.get(timeZone)
    if (known !== undefined) return known
    let made: DateFormat
    try {
      made = make(timeZone)
    } catch {
      return this.for(fallback, 'UTC')
    }
    if (this.#formats.size < 1000) this.#formats.set(timeZone, made)
    return made
  }
}

function make(timeZone: string): DateFormat {
  return {
    date: new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }),
    dateTime: new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }),
    exact: new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }),
  }
}
