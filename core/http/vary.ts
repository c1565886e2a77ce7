/** Adds a field's name to `Vary`, once: caches keep an answer for each of its values. */
export function addVary(headers: Map<string, string>, field: string): void {
  const vary = headers.get('vary')
  if (vary === undefined || vary === '') headers.set('vary', field)
  else if (vary !== field && !names(vary, field.toLowerCase())) headers.set('vary', `${vary}, ${field}`)
}

/** `*` names all of them. */
function names(vary: string, field: string): boolean {
  return vary.split(',').some((name) => name.trim() === '*' || name.trim().toLowerCase() === field)
}
