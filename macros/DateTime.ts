import { arg, badMacroArgument, defineMacro } from 'servus'

/**
 * `<<DateTime(2026-11-21T14:05:09Z)>>`: that moment in the reader's time zone; seconds since 1970 will do, and without a
 * moment it is now.
 */
export default defineMacro({
  description: 'A date and a time as the reader writes them.',
  args: { stamp: arg.text('') },
  dependencies: ['time'],
  execute: ({ wiki, formatter, request, name, page }, { stamp }) => {
    const time = stamp === '' || stamp === '0' ? wiki.now() : parseStamp(stamp)
    if (time === null) throw badMacroArgument(request.t('Bad timestamp "{stamp}"', { stamp }), name, page.name)
    return formatter.text(wiki.formatDateTime(time, 'exact'))
  },
})

/** Seconds, or `YYYY-MM-DDTHH:MM:SS` with `Z`, `+HHMM` or nothing behind it; months and days beyond the end go on in the next. */
function parseStamp(stamp: string): Date | null {
  const found = /^(\d{4})-(\d\d?)-(\d\d?)T(\d\d?):(\d\d?):(\d\d?)(?:Z|([+-])(\d\d)(\d\d))?$/.exec(stamp)
  const milliseconds = found === null ? seconds(stamp) * 1000 : moment(found)
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds) : null
}

const seconds = (stamp: string): number => (/^\d+(\.\d*)?$/.test(stamp) ? Number(stamp) : Number.NaN)

function moment([, ...parts]: RegExpExecArray): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.slice(0, 6).map(Number)
  const [sign, hours, minutes] = parts.slice(6)
  const offset = sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
  return Date.UTC(year, month - 1, day, hour, minute - offset, second)
}
