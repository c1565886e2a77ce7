import type { Markup, PreferencesAnswer, PreferencesCall, PreferencesSent } from 'servus'

export const label = 'Garden'

/** The fields of the tab; the form around them, its ticket and its button are the wiki's. */
export function show({ field, kept }: PreferencesCall): Markup {
  return field({ name: 'flower', label: 'Favourite flower', value: String(kept ?? '') })
}

/** What to keep in the account, or what is wrong with it. */
export function save({ sent }: PreferencesSent): PreferencesAnswer {
  const flower = sent.get('flower') ?? ''
  return flower.length > 40 ? { problems: { flower: 'Please name a shorter flower.' } } : { keep: flower }
}
