import { badRequest, redirect } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'

export const signedIn = true

/**
 * Remembers how far the visitor has read the recent changes: `time=` in microseconds (what was there when they read), `time=del`
 * forgets it, without one it is now. A GET asks first.
 */
export async function execute({ request, page, wiki }: ActionCall): Promise<Reply | ActionPage> {
  if (request.method !== 'POST') {
    return {
      title: request.t('Set bookmark'),
      template: 'confirm',
      model: {
        formAction: page.url({ action: 'bookmark' }),
        question: request.t('Set your bookmark to now?'),
        explanation: request.t('The recent changes then show what is newer, for you alone.'),
        confirmLabel: request.t('Set bookmark'),
      },
    }
  }
  if (!request.form.has('cancel')) await wiki.people.change({ bookmark: wanted(request.form.get('time'), wiki.now()) })
  return redirect(page.url())
}

function wanted(time: string | null, now: Date): Date | null {
  if (time === null || time === '') return now
  if (time === 'del') return null
  // Later than now would hide what is yet to come.
  if (/^\d{1,17}$/.test(time)) return new Date(Math.min(Number(time) / 1000, now.getTime()))
  throw badRequest('The time of a bookmark is a number of microseconds since 1970, or "del".')
}
