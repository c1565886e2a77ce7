import { leaveMessage, redirect, WikiError } from 'servus'
import type { ActionCall, ActionPage, PreferenceTab, Reply } from 'servus'

/** The row of tabs above a form of the preferences; empty when there is but one. `current`: '' for the wiki's own form. */
export function tabRow(call: ActionCall, tabs: readonly PreferenceTab[], current: string) {
  if (tabs.length === 0) return []
  const { request, page } = call
  const all = [{ name: '', label: request.t('General') }, ...tabs]
  return all.map(({ name, label }) => ({
    label,
    href: page.url({ action: 'userprefs', ...(name === '' ? {} : { tab: name }) }),
    current: name === current,
  }))
}

/** A plugin's tab: its fields, or what was sent of them. */
export async function tabPage(call: ActionCall, tabs: readonly PreferenceTab[], name: string): Promise<Reply | ActionPage> {
  const { request, page } = call
  const tab = tabs.find((one) => one.name === name)
  if (tab === undefined) {
    const message = request.t('There are no preferences named “{name}” for you.', { name: name.slice(0, 100) })
    throw new WikiError('no-such-preferences', message, { status: 404, expose: true })
  }
  const address = page.url({ action: 'userprefs', tab: name })
  const sent = request.method === 'POST' ? request.form : null
  const problems = sent === null ? null : await tab.save(sent)
  if (sent !== null && problems === null) {
    leaveMessage(request.session, { kind: 'success', text: request.t('Your preferences are saved.') })
    return redirect(address)
  }
  return {
    title: request.t('Preferences'),
    status: problems === null ? 200 : 400,
    template: 'userprefs',
    model: {
      formAction: address,
      tabs: tabRow(call, tabs, name),
      tab: await tab.show(sent, problems ?? {}),
    },
    headers: { 'cache-control': 'no-store' },
  }
}
