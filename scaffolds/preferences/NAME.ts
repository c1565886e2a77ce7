import { type ActionCall, html, type Markup } from 'servus'

export const label = 'Garden'

/** The fields of the tab; the form around them, its ticket and its button are the wiki's. */
export function show({ request }: ActionCall, typed: URLSearchParams | null, problems: Readonly<Record<string, string>>): Markup {
  const flower = typed?.get('flower') ?? String(request.session['flower'] ?? '')
  return html`<label>Favourite flower <input name="flower" value="${flower}"></label> <em>${problems['flower'] ?? ''}</em>`
}

/** Keeps what was sent, or says what is wrong with it. */
export async function save({ request }: ActionCall, sent: URLSearchParams): Promise<Readonly<Record<string, string>> | null> {
  const flower = sent.get('flower') ?? ''
  if (flower.length > 40) return { flower: 'Please name a shorter flower.' }
  request.session['flower'] = flower
  return null
}
