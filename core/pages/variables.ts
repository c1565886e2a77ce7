/** What the variables of a text stand for when it is saved. */
export interface VariableValues {
  readonly page: string
  /** Name of the writer; '' for an anonymous one. */
  readonly userName: string
  /** What an anonymous writer is signed with: an address, or ''. */
  readonly address: string
  readonly email: string
  readonly now: Date
  /** IANA name or '+02:00'; '' is UTC. */
  readonly timeZone: string
}

/**
 * Replaces `@PAGE@ @DATE@ @TIME@ @USER@ @USERNAME@ @ME@ @SIG@ @EMAIL@ @MAILTO@` as a page is saved. What nobody can tell (the
 * e-mail address of an anonymous writer) stays as it is. On a template the variables wait for the page made from it.
 */
export function expandVariables(text: string, values: VariableValues, template: RegExp = TEMPLATE): string {
  if (!text.includes('@') || template.test(values.page)) return text
  return text.replace(VARIABLE, (variable, name: string) => replacement(name, values) ?? variable)
}

const VARIABLE = /@(PAGE|DATE|TIME|USER|USERNAME|ME|SIG|EMAIL|MAILTO)@/g
/** MoinMoin's `page_template_regex`. */
const TEMPLATE = /[^/]Template$/u

function replacement(name: string, values: VariableValues): string | null {
  const { userName, email, page } = values
  const signature = userName ? `[[${userName}]]` : values.address
  const time = zonedIso(values.now, values.timeZone)
  switch (name) {
    case 'PAGE':
      return page
    case 'DATE':
      return `<<Date(${time})>>`
    case 'TIME':
      return `<<DateTime(${time})>>`
    case 'USER':
      return signature && `-- ${signature}`
    case 'USERNAME':
      return userName || values.address
    case 'ME':
      return userName || null
    case 'SIG':
      return `-- ${signature} <<DateTime(${time})>>`
    default:
      // The name before the variable is what MailTo hides the address behind.
      return email ? `<<MailTo(${email.replace('@', ' AT ')})>>` : null
  }
}

/** `2026-11-21T05:11:58+0100`, as MoinMoin writes moments into pages. */
export function zonedIso(moment: Date, timeZone: string): string {
  const minutes = offsetMinutes(moment, timeZone)
  const local = new Date(moment.getTime() + minutes * 60_000).toISOString().slice(0, 19)
  if (minutes === 0) return `${local}Z`
  const size = Math.abs(minutes)
  const digits = `${String(Math.floor(size / 60)).padStart(2, '0')}${String(size % 60).padStart(2, '0')}`
  return `${local}${minutes < 0 ? '-' : '+'}${digits}`
}

function offsetMinutes(moment: Date, timeZone: string): number {
  const fixed = /^([+-])(\d{1,2}):?(\d{2})$/.exec(timeZone)
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3]))
  if (timeZone === '') return 0
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(moment)
    const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
    return offsetMinutes(moment, offset.replace('GMT', ''))
  } catch {
    // An unknown zone in somebody's preferences must not stop the save.
    return 0
  }
}
