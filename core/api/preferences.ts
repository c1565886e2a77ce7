import type { ActionCall } from './action.ts'
import type { Markup } from './html.ts'

/**
 * A tab of the preferences: a file `plugins/preferences/NAME.ts`, at `?action=userprefs&tab=NAME` for visitors who are signed in.
 * The form around it, its ticket and its button are the wiki's; what it keeps is in the account, under the tab's name.
 *
 * ```ts
 * export const label = 'Signature'
 *
 * export function show({ kept, field }: PreferencesCall) {
 *   return field({ name: 'signature', label: 'Below what you write', value: String(kept ?? '') })
 * }
 *
 * export function save({ sent }: PreferencesSent) {
 *   const signature = sent.get('signature') ?? ''
 *   return signature.length > 80 ? { problems: { signature: 'At most 80 letters, please.' } } : { keep: signature }
 * }
 * ```
 *
 * Everywhere else it is `request.user.preferences['signature']`, by the name of the file.
 */
export interface PreferencesPlugin {
  /** The tab's text. It is translated by the catalogue beside the plugin (`signature.de.json`), which `call.t` looks into as well. */
  readonly label: string
  /** False for visitors who have no such tab. */
  available?(call: ActionCall): boolean | Promise<boolean>
  /** The fields. After a try with problems it is called again, and `field` shows what was typed. */
  show(call: PreferencesCall): Markup | Promise<Markup>
  /** What to keep, anything that JSON can say; or what is wrong, by field; or nothing, when it has done all itself. */
  save(call: PreferencesSent): PreferencesAnswer | Promise<PreferencesAnswer>
}

/** What a tab gets. */
export interface PreferencesCall extends ActionCall {
  /** What this tab has kept for this account; null at first. */
  readonly kept: unknown
  /** What was typed, after a try with problems; else null. */
  readonly sent: URLSearchParams | null
  /** By field. Those of fields made by `field` stand beside them, all others above the form. */
  readonly problems: Readonly<Record<string, string>>
  /** A field with its label, what was typed or else `value`, and its problem. */
  field(field: PreferenceField): Markup
}

/** The call with the fields that were sent. */
export interface PreferencesSent extends PreferencesCall {
  readonly sent: URLSearchParams
}

/** What comes of a tab that was sent: something to keep, problems by field, or nothing to say. */
export type PreferencesAnswer =
  | { readonly keep: unknown }
  | { readonly problems: Readonly<Record<string, string>> }
  | undefined
  // biome-ignore lint/suspicious/noConfusingVoidType: a tab may have nothing to say.
  | void

/** A field of a preferences tab. */
export interface PreferenceField {
  /** Of the form's field. A checkbox that is ticked sends '1', any other nothing. */
  readonly name: string
  readonly label: string
  readonly value: string | boolean
  /** `text` when left out. A boolean value makes a checkbox, `choices` a menu. */
  readonly type?: 'text' | 'email' | 'url' | 'number' | 'password' | 'lines'
  readonly choices?: readonly { readonly value: string; readonly label: string }[]
  readonly hint?: string
}
