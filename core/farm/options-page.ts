import { options } from './options.ts'

/** The table of HelpOnConfiguration: one row of wiki markup per option, as the configuration check knows it. */
export function optionRows(): readonly string[] {
  return Object.entries(options).map(
    ([name, { type, fallback, meaning, example }]) =>
      `|| ${code(name)} || ${type} || ${code(written(fallback))} || ${meaning} || ${code(example)} ||`,
  )
}

function code(text: string): string {
  return text === '' ? '' : `{{{${text}}}}`
}

function written(value: unknown): string {
  if (value === undefined) return ''
  if (value instanceof RegExp) return String(value)
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${key}: ${written(item)}`)
      .join(', ')} }`.replace('{  }', '{}')
  return String(value)
}
