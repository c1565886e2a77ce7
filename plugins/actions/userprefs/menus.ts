import type { ActionCall } from 'servus'
import type { Typed } from './typed.ts'

/** An entry of a menu. */
export interface Choice {
  readonly value: string
  readonly label: string
  readonly selected: boolean
}

/** The menus of the form, with what was chosen. */
export async function menus(
  { request, wiki }: ActionCall,
  typed: Typed,
): Promise<Record<'languages' | 'themes' | 'colorSchemes' | 'timeZones', Choice[]>> {
  const { config } = wiki
  const { t } = { t: request.t.bind(request) }
  const menu = (chosen: string, first: string, values: readonly string[], name = (value: string): string => value): Choice[] =>
    ['', ...values].map((value) => ({ value, label: value === '' ? first : name(value), selected: value === chosen }))
  const zones = Intl.supportedValuesOf('timeZone')
  // An account that came from MoinMoin may say '+02:00'.
  const ownZone = request.user.timeZone
  return {
    languages: menu(typed.language, t('As the browser says'), wiki.languages, nameOfLanguage),
    themes: config.themeForce
      ? menu('', t('The wiki’s own'), [])
      : menu(typed.themeName, t('The wiki’s own'), await wiki.pluginNames('themes')),
    colorSchemes: menu(typed.colorScheme, t('As the browser says'), ['light', 'dark'], (value) =>
      t(value === 'light' ? 'Light' : 'Dark'),
    ),
    timeZones: menu(
      typed.timeZone,
      t('The wiki’s own ({zone})', { zone: config.timeZone }),
      ownZone === '' || zones.includes(ownZone) ? zones : [ownZone, ...zones],
    ),
  }
}

function nameOfLanguage(code: string): string {
  return new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code
}
