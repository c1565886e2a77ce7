import type { ActionCall } from './action.ts'
import type { Markup } from './html.ts'

/**
 * A tab of the preferences: a file `plugins/preferences/NAME.ts`. It is shown at `?action=userprefs&tab=NAME` to visitors who are
 * signed in. The form around it, its ticket and its button are the wiki's.
 */
export interface PreferencesPlugin {
  /** The tab's text. */
  readonly label: string
  /** The fields; on a second try with what was sent (`typed`) and what is wrong with it. */
  show(call: ActionCall, typed: URLSearchParams | null, problems: Readonly<Record<string, string>>): Markup | Promise<Markup>
  /** Keeps what was sent; problems by field when something is wrong with it. */
  save(call: ActionCall, sent: URLSearchParams): Promise<Readonly<Record<string, string>> | null>
}
