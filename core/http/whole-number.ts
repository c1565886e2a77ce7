import { badRequest } from '../api/errors.ts'

/** The number in a field of a query or form; null when the field is missing or empty, 400 when it is something else. */
export function wholeNumber(values: URLSearchParams, field: string): number | null {
  const text = values.get(field) ?? ''
  if (text === '') return null
  if (!/^\d{1,9}$/.test(text)) throw badRequest(`"${field}" must be a number.`)
  return Number(text)
}
