/** A page's name as the path of its address: everything but letters, digits and `/ - _ . ~ ! * ' ( )` is escaped. */
export function pagePath(name: string): string {
  return name.split('/').map(escapePart).join('/')
}

function escapePart(part: string): string {
  const escaped = encodeURIComponent(part)
  // A part of dots alone would be eaten by the browser as "here" or "up".
  return /^\.{1,2}$/.test(escaped) ? escaped.replaceAll('.', '%2E') : escaped
}

/** A query in the order given; '' when there is nothing in it. */
export function queryString(query: Readonly<Record<string, string | number>> | undefined): string {
  if (query === undefined) return ''
  const parts: string[] = []
  for (const [name, value] of Object.entries(query)) parts.push(`${inQuery(name)}=${inQuery(value)}`)
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

/** Blanks are plus signs, as in what a form sends. */
const inQuery = (word: string | number): string => encodeURIComponent(word).replaceAll('%20', '+')
