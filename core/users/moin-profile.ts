import type { UserRecord } from '../api/user-store.ts'
import { checkboxNames } from './preference-defaults.ts'

/** Reads a MoinMoin profile, the text of `data/user/<id>`, into a record that was never saved here (version 0). Never fails. */
export function parseMoinProfile(id: string, text: string): UserRecord {
  const values = readLines(text)
  const take = (key: string): string => {
    const value = values.get(key)
    values.delete(key)
    return typeof value === 'string' ? value : ''
  }
  const takeList = (key: string): string[] => {
    const value = values.get(key)
    values.delete(key)
    // Old profiles wrote these three without the brackets that mark a list.
    if (typeof value === 'string')
      return value
        .split('\t')
        .map((item) => item.trim())
        .filter(Boolean)
    return Array.isArray(value) ? value : []
  }

  const bookmarks = values.get('bookmarks')
  values.delete('bookmarks')
  const preferences: Record<string, unknown> = {}
  for (const name of checkboxNames) {
    const moinName = toMoinName(name)
    if (values.has(moinName)) preferences[name] = isOn(take(moinName))
  }
  for (const name of textPreferences) {
    const moinName = toMoinName(name)
    const value = take(moinName)
    if (value !== '') preferences[name] = name === 'editRows' ? Number.parseInt(value, 10) || 20 : value
  }
  for (const name of listPreferences) {
    const moinName = toMoinName(name)
    if (values.has(moinName)) preferences[name] = takeList(moinName)
  }

  return {
    id,
    version: 0,
    name: take('name'),
    email: take('email'),
    aliasName: take('aliasname'),
    disabled: isOn(take('disabled')),
    password: take('enc_password'),
    identities: [],
    epoch: 0,
    language: take('language'),
    themeName: take('theme_name'),
    timeZone: zoneOf(take('tz_offset')),
    quickLinks: takeList('quicklinks'),
    subscribedPages: takeList('subscribed_pages'),
    bookmarks: bookmarks instanceof Map ? numbersIn(bookmarks) : {},
    preferences,
    saved: millisecondsOf(take('last_saved')),
    created: millisecondsOf(id),
    extra: Object.fromEntries([...values].map(([key, value]) => [key, value instanceof Map ? Object.fromEntries(value) : value])),
  }
}

/** A file name that is an account's id; every other file beside the profiles is somebody else's. */
export const accountId = /^[0-9]{1,15}\.[0-9]{1,10}(\.[0-9]{1,10})?$/

type Value = string | string[] | Map<string, string>

const textPreferences = ['cssUrl', 'dateFmt', 'datetimeFmt', 'editRows', 'editorDefault', 'editorUi', 'jid']
const listPreferences = ['emailSubscribedEvents', 'jabberSubscribedEvents']

/** What MoinMoin never reads back from a file, whoever wrote it there. */
const transient = new Set(['id', 'valid', 'may', 'auth_username', 'password', 'password2', 'auth_method', 'auth_attribs'])

function readLines(text: string): Map<string, Value> {
  const values = new Map<string, Value>()
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    const equals = line.indexOf('=')
    if (line.startsWith('#') || equals < 0) continue
    const key = line.slice(0, equals)
    const value = line.slice(equals + 1)
    const name = key.replace(/(\[\]|\{\})$/, '')
    if (transient.has(name) || name.startsWith('_')) continue
    if (key.endsWith('[]'))
      values.set(
        name,
        value
          .split('\t')
          .map((item) => item.trim())
          .filter(Boolean),
      )
    else if (key.endsWith('{}')) values.set(name, readPairs(value))
    else values.set(name, value)
  }
  return values
}

function readPairs(text: string): Map<string, string> {
  const pairs = new Map<string, string>()
  for (const pair of text.split('\t')) {
    const colon = pair.indexOf(':')
    if (colon >= 0) pairs.set(pair.slice(0, colon), pair.slice(colon + 1))
  }
  return pairs
}

/** `0` or `1`; MoinMoin also left the word False behind, and counts whatever is no number as off. */
function isOn(value: string): boolean {
  return (Number.parseInt(value, 10) || 0) !== 0
}

/** Seconds east of Greenwich; numbers within a day's hours are hours, from long ago. 0 is what nobody chose. */
function zoneOf(text: string): string {
  const value = Number.parseFloat(text)
  if (!Number.isFinite(value) || value === 0) return ''
  const minutes = Math.round((Math.abs(value) <= 24 ? value * 3600 : value) / 60)
  if (Math.abs(minutes) > 24 * 60) return ''
  const digits = (number: number) => String(number).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${digits(Math.floor(Math.abs(minutes) / 60))}:${digits(Math.abs(minutes) % 60)}`
}

function numbersIn(pairs: ReadonlyMap<string, string>): Record<string, number> {
  return Object.fromEntries(
    [...pairs].map(([key, value]) => [key, Number(value)] as const).filter(([, value]) => Number.isFinite(value)),
  )
}

function millisecondsOf(seconds: string): number {
  return Math.round((Number.parseFloat(seconds) || 0) * 1000)
}

function toMoinName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
