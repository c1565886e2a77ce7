/** A tab that a plugin adds to the preferences, for the action that shows them. */
export interface PreferenceTab {
  readonly name: string
  readonly label: string
  /** `sent` and `problems` are those of a try that failed. */
  show(sent: URLSearchParams | null, problems: Readonly<Record<string, string>>): Promise<PreferenceFields>
  /** Keeps what was sent; else the problems by field. */
  save(sent: URLSearchParams): Promise<Readonly<Record<string, string>> | null>
}

/** What stands between the tab's name and its button. */
export interface PreferenceFields {
  readonly markup: string
  /** Problems that no field shows. */
  readonly problems: readonly string[]
}
