import type { Macro } from 'servus'

export const description = 'A number that the session of the visitor remembers.'
export const dependencies = ['time']

export function execute(macro: Macro) {
  const { session } = macro.request
  if (session.isNew) return macro.formatter.text('Not storing any state until you send a cookie.')
  if ('test' in session) return macro.formatter.text(`Loaded value ${session['test']}`)
  const value = 1 + Math.floor(Math.random() * 100000)
  session['test'] = value
  return macro.formatter.text(`Set to value ${value}`)
}
