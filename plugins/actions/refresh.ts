import { redirect } from 'servus'
import type { ActionCall, Reply } from 'servus'

export const methods = ['GET'] as const
export const session = 'none'

/**
 * MoinMoin's way to have a cached page made anew. Nothing goes stale here, so it only leads back to the page; links that people
 * and pages have keep working.
 */
export async function execute({ page }: ActionCall): Promise<Reply> {
  return redirect(page.url())
}
