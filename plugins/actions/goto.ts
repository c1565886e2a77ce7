import { redirect } from 'servus'
import type { ActionCall, Reply } from 'servus'

export const methods = ['GET'] as const
export const right = null
export const session = 'none'

/** Goes to the page whose name somebody typed: `?action=goto&target=Some Page`. A page that is not there makes its own offers. */
export async function execute({ request, page, wiki }: ActionCall): Promise<Reply> {
  const name = wiki.pageName(request.values.get('target') ?? '')
  return redirect(name === '' ? page.url() : wiki.url(name))
}
